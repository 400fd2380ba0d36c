package io.llmtwin.pipeline;

import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Breaks off calls of langchain4j's models when their request ends. They hold the request's thread and can be told in no
 * other way than by an interrupt, which is meant for the call alone: it never outlives it, because it would close the
 * journal's file under the next append.
 */
@Component
final class InterruptibleCalls implements RevisionCustomizer {
    private static final String SCHEME = "langchain4j-chat:";
    private static final String CALL = "LlmTwinInterruptibleCall";

    @Override
    public void customize(CamelContext context, UnaryOperator<@Nullable String> files) {
        Interrupter interrupter = new Interrupter();
        interrupter.setCamelContext(context);
        context.getManagementStrategy().addEventNotifier(interrupter);
    }

    private static final class Interrupter extends EventNotifierSupport {
        Interrupter() {
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
            if (event instanceof ExchangeSendingEvent sending && isModel(sending.getEndpoint())) {
                Exchange exchange = sending.getExchange();
                Thread caller = Thread.currentThread();
                exchange.setProperty(CALL, RequestScope.lifetime(exchange).call(caller::interrupt));
            } else if (event instanceof ExchangeSentEvent sent && isModel(sent.getEndpoint())) {
                if (sent.getExchange().removeProperty(CALL) instanceof Lifetime.Registration call) {
                    call.close();
                    Thread.interrupted();
                }
            }
        }

        private static boolean isModel(Endpoint endpoint) {
            return endpoint.getEndpointBaseUri().startsWith(SCHEME);
        }
    }
}
