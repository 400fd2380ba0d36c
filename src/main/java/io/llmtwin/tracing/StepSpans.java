package io.llmtwin.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;

/**
 * A span for each route that stands for something: a step of a request ({@value #STEP}), a call of the language model
 * ({@value #COMPLETION}), or a delivery, which is a trace of its own ({@value #DELIVERY}).
 */
final class StepSpans implements RoutePolicyFactory {
    private static final String STEP = "step";
    private static final String COMPLETION = "completion";
    private static final String DELIVERY = "delivery";

    private final Spans spans;
    private final CompletionSpans completions;

    StepSpans(Spans spans, CompletionSpans completions) {
        this.spans = spans;
        this.completions = completions;
    }

    @Override
    public @Nullable RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        if (!(route instanceof RouteDefinition definition) || definition.getGroup() == null) {
            return null;
        }
        return switch (definition.getGroup()) {
            case STEP ->
                new SpanOfRoute(
                        parent -> parent == null ? null : parent.with(named(routeId, parent)), (exchange, open) -> {});
            case DELIVERY ->
                new SpanOfRoute(parent -> Context.root().with(named(routeId, Context.root())), (exchange, open) -> {});
            case COMPLETION ->
                new SpanOfRoute(
                        parent -> parent == null ? null : Spans.inCall(completions.begin(parent), parent),
                        (exchange, open) -> completions.end(exchange, open.span(), open.begun));
            default -> null;
        };
    }

    private Span named(String routeId, Context parent) {
        return spans.builder(routeId, parent).startSpan();
    }

    private static final class SpanOfRoute extends RoutePolicySupport {
        private final Function<@Nullable Context, @Nullable Context> begin;
        private final BiConsumer<Exchange, Open> end;

        /**
         * The span of a route.
         *
         * @param begin makes the context of the span out of the one around it; null for no span
         * @param end says on the span what its route came to
         */
        SpanOfRoute(Function<@Nullable Context, @Nullable Context> begin, BiConsumer<Exchange, Open> end) {
            this.begin = begin;
            this.end = end;
        }

        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            Context parent = Spans.of(exchange);
            Context context = begin.apply(parent);
            if (context != null) {
                exchange.setProperty(property(route), new Open(context, parent, System.nanoTime()));
                Spans.enter(exchange, context);
            }
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            if (exchange.removeProperty(property(route)) instanceof Open open) {
                Span span = open.span();
                try {
                    if (exchange.getException() != null) {
                        Spans.failed(span, exchange.getException());
                    }
                    if (span.isRecording()) {
                        end.accept(exchange, open);
                    }
                } finally {
                    span.end();
                    if (open.parent == null) {
                        Spans.leave(exchange);
                    } else {
                        Spans.enter(exchange, open.parent);
                    }
                }
            }
        }

        private static String property(Route route) {
            return "LlmTwinSpan." + route.getRouteId();
        }
    }

    /**
     * A span that has begun.
     *
     * @param context of it
     * @param parent what the exchange was in before
     * @param begun a reading of {@link System#nanoTime()}
     */
    private record Open(Context context, @Nullable Context parent, long begun) {
        Span span() {
            return Span.fromContext(context);
        }
    }
}
