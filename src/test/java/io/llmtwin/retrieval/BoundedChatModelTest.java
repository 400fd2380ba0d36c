package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BoundedChatModelTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void answer_inTime_isTheModels() {
        try (BoundedChatModel model = bounded(request -> answer("hello"), LONG, LONG)) {
            assertThat(model.chat("hi")).isEqualTo("hello");
        }
    }

    @Test
    void answer_thatDoesNotCome_isGivenUpOnAndInterrupted() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        ChatModel hanging = new ChatModel() {
            @Override
            public ChatResponse chat(ChatRequest request) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
                return answer("too late");
            }
        };
        try (BoundedChatModel model = new BoundedChatModel("test", hanging, Duration.ofMillis(50), LONG)) {
            assertThatThrownBy(() -> model.chat("hi")).isInstanceOf(CancellationException.class);
            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void model_thatFailsTwice_isNotCalledForAWhile() {
        try (BoundedChatModel model = bounded(
                request -> {
                    throw new IllegalStateException("down");
                },
                LONG,
                LONG)) {
            assertThatThrownBy(() -> model.chat("hi")).hasMessage("down");
            assertThatThrownBy(() -> model.chat("hi")).hasMessage("down");
            assertThatThrownBy(() -> model.chat("hi")).isInstanceOf(CallNotPermittedException.class);
            assertThat(calls).hasValue(2);
        }
    }

    @Test
    void callers_thatAreInterrupted_sayNothingAboutTheModel() {
        CountDownLatch released = new CountDownLatch(1);
        Answer late = request -> {
            Uninterruptibles.awaitUninterruptibly(released);
            return answer("hello");
        };
        try (BoundedChatModel model = bounded(late, LONG, LONG)) {
            for (int i = 0; i < 3; i++) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> model.chat("hi")).isInstanceOf(CancellationException.class);
                assertThat(Thread.interrupted()).isTrue();
            }
            released.countDown();
            assertThat(model.chat("hi")).isEqualTo("hello");
        }
    }

    @Test
    void model_thatIsBack_isCalledAgain() {
        try (BoundedChatModel model = bounded(
                request -> {
                    if (calls.get() <= 2) {
                        throw new IllegalStateException("down");
                    }
                    return answer("back");
                },
                LONG,
                Duration.ofMillis(20))) {
            assertThatThrownBy(() -> model.chat("hi")).hasMessage("down");
            assertThatThrownBy(() -> model.chat("hi")).hasMessage("down");
            Awaitility.await().ignoreExceptions().until(() -> model.chat("hi"), "back"::equals);
        }
    }

    private BoundedChatModel bounded(Answer answer, Duration timeout, Duration pause) {
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse chat(ChatRequest request) {
                calls.incrementAndGet();
                return answer.to(request);
            }
        };
        return new BoundedChatModel("test", model, timeout, pause);
    }

    private static ChatResponse answer(String text) {
        return ChatResponse.builder().aiMessage(AiMessage.from(text)).build();
    }

    private interface Answer {
        ChatResponse to(ChatRequest request);
    }
}
