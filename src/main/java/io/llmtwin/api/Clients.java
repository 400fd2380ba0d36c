package io.llmtwin.api;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.llmtwin.keys.Allowances;
import io.llmtwin.llm.AnswerListener;
import io.llmtwin.pipeline.RequestScope;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who waits at the door: from the servlet's request and response to what the pipeline knows a client by. */
@Component
final class Clients implements AutoCloseable {
    private static final int MOST_WRITERS = 16;

    private final Duration heartbeat;
    private final Allowances allowances;
    private final ThreadPoolExecutor writers = new ThreadPoolExecutor(
            MOST_WRITERS,
            MOST_WRITERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new ThreadFactoryBuilder()
                    .setNameFormat("heartbeat")
                    .setDaemon(true)
                    .build());

    Clients(ApiSettings settings, Allowances allowances) {
        this.heartbeat = settings.heartbeat();
        this.allowances = allowances;
        writers.allowCoreThreadTimeOut(true);
    }

    /**
     * Sets the variables {@code client} and, for what is to be streamed, {@code listener}.
     *
     * @param stream makes the stream on a response; null for a response in one piece
     */
    void await(Exchange exchange, @Nullable Function<HttpServletResponse, ? extends EventStream> stream) {
        PlatformHttpMessage message = exchange.getMessage(PlatformHttpMessage.class);
        HttpServletRequest request = message.getRequest();
        EventStream events = stream == null ? null : stream.apply(message.getResponse());
        if (events != null) {
            exchange.setVariable(AnswerListener.VARIABLE, events);
        }
        exchange.setVariable(
                RequestScope.CLIENT,
                new WaitingClient(
                        ClientConnection.of(request),
                        events,
                        heartbeat,
                        writers,
                        new TokenBill(allowances.of(KeyGuard.caller(request)))));
    }

    @Override
    public void close() {
        writers.shutdownNow();
    }
}
