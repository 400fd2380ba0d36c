package io.llmtwin.api;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives each request the UUIDv7 that it is known by in the answer, the journal and the monitoring services. A header of
 * that name from outside is replaced.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class TraceId extends OncePerRequestFilter {
    static final String HEADER = "X-Trace-Id";

    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    /** The trace id of {@code request}, or null where it did not come through this filter. */
    static @Nullable String of(HttpServletRequest request) {
        return (String) request.getAttribute(HEADER);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String traceId = ids.generate().toString();
        request.setAttribute(HEADER, traceId);
        response.setHeader(HEADER, traceId);
        chain.doFilter(new Traced(request, traceId), response);
    }

    private static final class Traced extends HttpServletRequestWrapper {
        private final String traceId;

        Traced(HttpServletRequest request, String traceId) {
            super(request);
            this.traceId = traceId;
        }

        @Override
        public @Nullable String getHeader(String name) {
            return HEADER.equalsIgnoreCase(name) ? traceId : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return HEADER.equalsIgnoreCase(name) ? Collections.enumeration(Set.of(traceId)) : super.getHeaders(name);
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            Set<String> names = new LinkedHashSet<>(Collections.list(super.getHeaderNames()));
            names.removeIf(HEADER::equalsIgnoreCase);
            names.add(HEADER);
            return Collections.enumeration(names);
        }
    }
}
