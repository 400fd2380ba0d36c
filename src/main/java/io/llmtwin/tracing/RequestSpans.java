package io.llmtwin.tracing;

import io.llmtwin.pipeline.RequestScope;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Hands the span of a request from the servlet to its exchange, and notes on it what the exchange came to. */
final class RequestSpans extends EventNotifierSupport {
    /**
     * Variable: the id of the trace in OpenTelemetry's form, where it is recorded. The record of the request refers to
     * it.
     */
    static final String TRACE_ID = "otelTraceId";

    private static final int CLIENT_CLOSED_REQUEST = 499;

    RequestSpans() {
        setIgnoreCamelContextEvents(true);
        setIgnoreCamelContextInitEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreExchangeSendingEvents(true);
        setIgnoreExchangeSentEvents(true);
        setIgnoreExchangeRedeliveryEvents(true);
        setIgnoreExchangeAsyncProcessingStartedEvents(true);
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeCreatedEvent created) {
            begin(created.getExchange());
        } else if (event instanceof ExchangeEvent ended) {
            end(ended.getExchange());
        }
    }

    private static void begin(Exchange exchange) {
        if (exchange.getMessage() instanceof PlatformHttpMessage message
                && message.getRequest().getAttribute(ServerSpans.ATTRIBUTE) instanceof Context context) {
            Spans.enter(exchange, context);
            Span span = Span.fromContext(context);
            if (span.getSpanContext().isSampled()) {
                exchange.setVariable(TRACE_ID, span.getSpanContext().getTraceId());
            }
        }
    }

    private static void end(Exchange exchange) {
        Context context = Spans.of(exchange);
        if (context == null) {
            return;
        }
        Span span = Span.fromContext(context);
        String revision = exchange.getVariable(RequestScope.REVISION, String.class);
        if (revision != null) {
            span.setAttribute(Names.REVISION, revision);
        }
        List<String> warnings = RequestScope.warnings(exchange);
        if (!warnings.isEmpty()) {
            span.setAttribute(Names.WARNINGS, warnings);
        }
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        if (failure != null && status >= CLIENT_CLOSED_REQUEST) {
            Spans.failed(span, failure);
        }
    }
}
