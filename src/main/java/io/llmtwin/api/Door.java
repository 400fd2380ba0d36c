package io.llmtwin.api;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Where a request enters. It gets the UUIDv7 that it is known by in the answer, the journal and the monitoring services,
 * and loses what the API doesn't define.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class Door extends OncePerRequestFilter {
    static final String TRACE_ID = "X-Trace-Id";

    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    /** The trace id of {@code request}, or null where it did not come through this door. */
    static @Nullable String traceId(HttpServletRequest request) {
        return (String) request.getAttribute(TRACE_ID);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String traceId = ids.generate().toString();
        request.setAttribute(TRACE_ID, traceId);
        response.setHeader(TRACE_ID, traceId);
        chain.doFilter(new AdmittedRequest(request, traceId), response);
    }
}
