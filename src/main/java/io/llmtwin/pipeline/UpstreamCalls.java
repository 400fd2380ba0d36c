package io.llmtwin.pipeline;

import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The calls of upstreams: every endpoint that Camel holds for remote, and every route in the group {@value #GROUP},
 * whose beans wait for a model or a store. Their time is noted as waiting, and they are broken off when their request
 * ends: camel-http's by its client, the others by an interrupt of the request's thread, which can be told in no other
 * way. It is meant for the call alone and never outlives it, because it would close the journal's file under the next
 * append.
 */
@Component
final class UpstreamCalls implements RevisionCustomizer, RoutePolicyFactory {
    static final String GROUP = "upstream";

    @Override
    public void customize(CamelContext context, UnaryOperator<@Nullable String> files) {
        context.addRoutePolicyFactory(this);
        RemoteCalls remote = new RemoteCalls();
        remote.setCamelContext(context);
        context.getManagementStrategy().addEventNotifier(remote);
    }

    @Override
    public @Nullable RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return route instanceof RouteDefinition definition && GROUP.equals(definition.getGroup())
                ? new CallOfRoute()
                : null;
    }

    private static void begin(Exchange exchange, String property, Runnable abort) {
        exchange.setProperty(
                property,
                new Call(System.nanoTime(), RequestScope.lifetime(exchange).call(abort)));
    }

    private static void end(Exchange exchange, String property) {
        if (exchange.removeProperty(property) instanceof Call call) {
            call.registration.close();
            Thread.interrupted();
            RequestScope.timings(exchange).upstream(call.begun, System.nanoTime());
        }
    }

    private record Call(long begun, Lifetime.Registration registration) {}

    private static final class CallOfRoute extends RoutePolicySupport {
        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            begin(exchange, property(route), Thread.currentThread()::interrupt);
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            end(exchange, property(route));
        }

        private static String property(Route route) {
            return "LlmTwinUpstream." + route.getRouteId();
        }
    }

    private static final class RemoteCalls extends CallNotifier {
        private static final String PROPERTY = "LlmTwinRemoteCall";

        @Override
        protected void sending(Exchange exchange, Endpoint endpoint) {
            if (endpoint.isRemote()) {
                begin(exchange, PROPERTY, abort(endpoint));
            }
        }

        @Override
        protected void sent(Exchange exchange, Endpoint endpoint) {
            if (endpoint.isRemote()) {
                end(exchange, PROPERTY);
            }
        }

        /** camel-http's calls are broken off by closing their connections, by the HTTP client itself. */
        private static Runnable abort(Endpoint endpoint) {
            return endpoint instanceof HttpEndpoint ? () -> {} : Thread.currentThread()::interrupt;
        }
    }
}
