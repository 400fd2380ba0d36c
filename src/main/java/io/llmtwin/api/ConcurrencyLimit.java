package io.llmtwin.api;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets MAX_CONCURRENT_REQUESTS calls of the API run; the next gets 503 with Retry-After at once, and is counted. */
@Component
@Order(0)
final class ConcurrencyLimit extends OncePerRequestFilter implements MeterBinder {
    private final int limit;
    private final Semaphore places;
    private final ProblemWriter problems;
    private final LongAdder refused = new LongAdder();

    ConcurrencyLimit(ApiSettings settings, ProblemWriter problems) {
        this.limit = settings.maxConcurrentRequests();
        this.places = new Semaphore(limit);
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ApiPath.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!places.tryAcquire()) {
            refused.increment();
            response.setHeader("Retry-After", "1");
            problems.write(request, response, HttpStatus.SERVICE_UNAVAILABLE, "all places are taken; try again soon");
            return;
        }
        new HeldPermits(places, 1).pass(request, response, chain);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("llm.twin.api.active", places, free -> limit - free.availablePermits())
                .description("Calls of the API that run")
                .register(registry);
        Gauge.builder("llm.twin.api.limit", () -> limit)
                .description("Calls of the API that may run at a time")
                .register(registry);
        FunctionCounter.builder("llm.twin.api.refused", refused, LongAdder::sum)
                .description("Calls of the API that got 503 because as many as may were running")
                .register(registry);
    }
}
