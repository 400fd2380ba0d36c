package io.llmtwin.pipeline;

import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Times every route of a revision under its id, and every call to an upstream. The route that a request enters by is its
 * total, which {@link StepTimings} keeps itself.
 */
@Component
final class StepTimer implements RevisionCustomizer, RoutePolicyFactory {
    private static final Set<String> UPSTREAMS = Set.of("http", "https", "qdrant", "langchain4j-chat");
    private static final Set<String> NOT_STEPS = Set.of(
            "generate",
            "search",
            "search-collections",
            "answer",
            "rerank-by-number",
            "monitor",
            "redact",
            "feedback",
            "ask-expansion-model",
            "author",
            "take-author",
            "fill",
            "fill-within-budget",
            "fetch-neighbours",
            "search-for-question",
            "ask-replica");

    @Override
    public void customize(CamelContext context, UnaryOperator<@Nullable String> files) {
        context.addRoutePolicyFactory(this);
        UpstreamClock clock = new UpstreamClock();
        clock.setCamelContext(context);
        context.getManagementStrategy().addEventNotifier(clock);
    }

    @Override
    public @Nullable RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return NOT_STEPS.contains(routeId) ? null : new Stopwatch();
    }

    private static final class Stopwatch extends RoutePolicySupport {
        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            exchange.setProperty(begunProperty(route), System.nanoTime());
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            Object begun = exchange.removeProperty(begunProperty(route));
            if (begun instanceof Long nanos) {
                RequestScope.timings(exchange).step(route.getRouteId(), nanos, System.nanoTime());
            }
        }

        private static String begunProperty(Route route) {
            return "LlmTwinBegun." + route.getRouteId();
        }
    }

    private static final class UpstreamClock extends EventNotifierSupport {
        private static final String SENT_AT = "LlmTwinSentAt";

        UpstreamClock() {
            setIgnoreCamelContextEvents(true);
            setIgnoreCamelContextInitEvents(true);
            setIgnoreRouteEvents(true);
            setIgnoreServiceEvents(true);
            setIgnoreExchangeCreatedEvent(true);
            setIgnoreExchangeCompletedEvent(true);
            setIgnoreExchangeFailedEvents(true);
            setIgnoreExchangeRedeliveryEvents(true);
            setIgnoreExchangeAsyncProcessingStartedEvents(true);
        }

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof ExchangeSendingEvent sending && isUpstream(sending.getEndpoint())) {
                sending.getExchange().setProperty(SENT_AT, System.nanoTime());
            } else if (event instanceof ExchangeSentEvent sent && isUpstream(sent.getEndpoint())) {
                if (sent.getExchange().removeProperty(SENT_AT) instanceof Long from) {
                    RequestScope.timings(sent.getExchange()).upstream(from, System.nanoTime());
                }
            }
        }

        private static boolean isUpstream(Endpoint endpoint) {
            String uri = endpoint.getEndpointBaseUri();
            return UPSTREAMS.contains(uri.substring(0, uri.indexOf(':')));
        }
    }
}
