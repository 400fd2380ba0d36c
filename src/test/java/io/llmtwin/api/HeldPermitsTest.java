package io.llmtwin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ServletException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class HeldPermitsTest {
    private final Semaphore semaphore = new Semaphore(0);
    private final HeldPermits held = new HeldPermits(semaphore, 3);
    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void permits_ofARequest_areGivenBackWhenItHasPassed() throws Exception {
        held.pass(request, response, new MockFilterChain());
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void permits_ofARequestThatFails_areGivenBack() {
        assertThatThrownBy(() -> held.pass(request, response, (asked, answer) -> {
                    throw new ServletException("it fails");
                }))
                .isInstanceOf(ServletException.class);
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void permits_ofAnAsyncRequest_areGivenBackOnceWhenItIsOver() throws Exception {
        request.setAsyncSupported(true);
        held.pass(request, response, (asked, answer) -> asked.startAsync(asked, answer));
        assertThat(semaphore.availablePermits()).isZero();
        held.onTimeout(new AsyncEvent(request.getAsyncContext()));
        request.getAsyncContext().complete();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }
}
