package io.llmtwin.tracing;

import io.llmtwin.pipeline.RequestEndedException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.net.URI;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Begins spans, and says which span a request is in: a variable of its exchange holds it, because that goes with a
 * request from one CamelContext into another and from thread to thread. Thread-safe.
 */
final class Spans {
    /** Variable of an exchange: the {@link Context} of the span that it is in. */
    private static final String VARIABLE = "span";

    private static final ContextKey<Boolean> CALL = ContextKey.named("call-of-upstream");
    private static final String SCOPE = "io.llmtwin";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Tracer tracer;
    private final TextMapPropagator propagator;

    Spans(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer(SCOPE);
        this.propagator = telemetry.getPropagators().getTextMapPropagator();
    }

    /** The span that {@code exchange} is in; null where its request is not traced. */
    static @Nullable Context of(Exchange exchange) {
        return exchange.getVariable(VARIABLE, Context.class);
    }

    static void enter(Exchange exchange, Context context) {
        exchange.setVariable(VARIABLE, context);
    }

    static void leave(Exchange exchange) {
        exchange.removeVariable(VARIABLE);
    }

    /** Whether the span of {@code context} is that of a call of an upstream already, so that none belongs inside. */
    static boolean isCall(Context context) {
        return context.get(CALL) != null;
    }

    /** Whether something that happens in {@code context} belongs to a trace. */
    static boolean isTraced(Context context) {
        return Span.fromContext(context).getSpanContext().isValid();
    }

    SpanBuilder builder(String name, Context parent) {
        return tracer.spanBuilder(name).setParent(parent);
    }

    SpanBuilder call(String name, Context parent) {
        return builder(name, parent).setSpanKind(SpanKind.CLIENT);
    }

    /** {@code parent} with the {@code span} of a call of an upstream. */
    static Context inCall(Span span, Context parent) {
        return parent.with(span).with(CALL, true);
    }

    <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
        propagator.inject(context, carrier, setter);
    }

    <C> Context extract(C carrier, TextMapGetter<C> getter) {
        return propagator.extract(Context.root(), carrier, getter);
    }

    static void server(Span span, @Nullable URI url) {
        if (url != null && url.getHost() != null) {
            int port = url.getPort();
            span.setAttribute(Names.SERVER_ADDRESS, url.getHost()).setAttribute(Names.SERVER_PORT, (long)
                    (port >= 0 ? port : "https".equals(url.getScheme()) ? HTTPS_PORT : HTTP_PORT));
        }
    }

    /**
     * Marks {@code span} as failed, by the kind of {@code failure} alone: messages quote what upstreams answered, and so
     * perhaps the prompt.
     */
    static void failed(Span span, Throwable failure) {
        failed(
                span,
                failure instanceof RequestEndedException ended
                        ? ended.end().name().toLowerCase(Locale.ROOT)
                        : failure.getClass().getName());
    }

    static void failed(Span span, String errorType) {
        span.setStatus(StatusCode.ERROR).setAttribute(Names.ERROR_TYPE, errorType);
    }

    /** Notes the {@code status} of an answer to a call. */
    static void answered(Span span, int status) {
        span.setAttribute(Names.HTTP_STATUS, (long) status);
        if (status >= 400) {
            failed(span, Integer.toString(status));
        }
    }
}
