package io.llmtwin.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadableSpan;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A span for each call of the API, from right behind the door to the end of the answer. It goes on with the trace that
 * the client sent along, and carries the trace id that the service gave the request. Of the path it shows what the
 * contract has: ids in it are the client's.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class ServerSpans extends OncePerRequestFilter {
    /** Attribute of a request: the {@link Context} of its span. */
    static final String ATTRIBUTE = ServerSpans.class.getName();

    /** Our own, which the door gives each request. */
    private static final String TRACE_ID = "X-Trace-Id";

    private static final int SERVER_ERROR = 500;

    private final Spans spans;
    private final ApiOperations operations;

    ServerSpans(Spans spans, ApiOperations operations) {
        this.spans = spans;
        this.operations = operations;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String route = operations.of(request.getRequestURI());
        if (route == null) {
            chain.doFilter(request, response);
            return;
        }
        Context parent = spans.extract(request, (from, name) -> from == null ? null : from.getHeader(name));
        Span span = spans.builder(request.getMethod() + " " + route, parent)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(Names.HTTP_METHOD, request.getMethod())
                .setAttribute(Names.HTTP_ROUTE, route)
                .setAttribute(Names.URL_SCHEME, request.getScheme())
                .setAttribute(Names.TRACE_ID, request.getHeader(TRACE_ID))
                .startSpan();
        request.setAttribute(ATTRIBUTE, parent.with(span));
        try {
            chain.doFilter(request, response);
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new EndOfAnswer(span, response));
            } else {
                end(span, response);
            }
        }
    }

    private static void end(Span span, HttpServletResponse response) {
        int status = response.getStatus();
        span.setAttribute(Names.HTTP_STATUS, (long) status);
        boolean saysWhy = span instanceof ReadableSpan noted && noted.getAttribute(Names.ERROR_TYPE) != null;
        if (status >= SERVER_ERROR && !saysWhy) {
            Spans.failed(span, Integer.toString(status));
        }
        span.end();
    }

    private record EndOfAnswer(Span span, HttpServletResponse response) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            end(span, response);
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {
            Throwable failure = event.getThrowable();
            if (failure != null) {
                Spans.failed(span, failure);
            }
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
