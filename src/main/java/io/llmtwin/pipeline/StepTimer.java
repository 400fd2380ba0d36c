package io.llmtwin.pipeline;

import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Times the steps of a revision, which are its routes in the group {@value #GROUP}, under their ids. */
@Component
final class StepTimer implements RevisionCustomizer, RoutePolicyFactory {
    static final String GROUP = "step";

    @Override
    public void customize(CamelContext context, UnaryOperator<@Nullable String> files) {
        context.addRoutePolicyFactory(this);
    }

    @Override
    public @Nullable RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return route instanceof RouteDefinition definition && GROUP.equals(definition.getGroup())
                ? new Stopwatch()
                : null;
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
                RequestScope.timings(exchange)
                        .step(route.getRouteId(), nanos, System.nanoTime(), exchange.getException());
            }
        }

        private static String begunProperty(Route route) {
            return "LlmTwinBegun." + route.getRouteId();
        }
    }
}
