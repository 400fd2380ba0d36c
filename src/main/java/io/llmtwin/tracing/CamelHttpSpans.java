package io.llmtwin.tracing;

import io.llmtwin.pipeline.CallNotifier;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.net.URI;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpEndpoint;

/**
 * Spans for the calls of camel-http, and the headers that carry a trace on. A call inside a span of its own, as those of
 * the language model are, gets the headers alone.
 */
final class CamelHttpSpans extends CallNotifier {
    private static final String PROPERTY = "LlmTwinSpanOfCall";
    private static final String POST = "POST";

    private final Spans spans;

    CamelHttpSpans(Spans spans) {
        this.spans = spans;
    }

    @Override
    protected void sending(Exchange exchange, Endpoint endpoint) {
        if (endpoint instanceof HttpEndpoint http) {
            begin(exchange, http);
        }
    }

    @Override
    protected void sent(Exchange exchange, Endpoint endpoint) {
        if (endpoint instanceof HttpEndpoint) {
            end(exchange);
        }
    }

    private void begin(Exchange exchange, HttpEndpoint endpoint) {
        Context context = Spans.of(exchange);
        if (context == null) {
            return;
        }
        Message message = exchange.getMessage();
        if (!Spans.isCall(context)) {
            String method = message.getHeader(Exchange.HTTP_METHOD, POST, String.class);
            Span span = spans.call(method, context)
                    .setAttribute(Names.HTTP_METHOD, method)
                    .startSpan();
            URI url = endpoint.getHttpUri();
            Spans.server(span, url);
            exchange.setProperty(PROPERTY, span);
            context = Spans.inCall(span, context);
        }
        spans.inject(context, message, (carrier, name, value) -> {
            if (carrier != null) {
                carrier.setHeader(name, value);
            }
        });
    }

    private static void end(Exchange exchange) {
        if (exchange.removeProperty(PROPERTY) instanceof Span span) {
            Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
            if (status != null) {
                Spans.answered(span, status);
            }
            if (exchange.getException() != null) {
                Spans.failed(span, exchange.getException());
            }
            span.end();
        }
    }
}
