package io.llmtwin;

import io.llmtwin.llm.LlmSettings;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Runs a question through the pipeline before the service says that it is ready, so that the first client doesn't wait
 * for classes to load. Only where the embedded model answers: a real one would be asked for nothing.
 */
@Component
final class WarmUp implements ApplicationRunner {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String QUESTION = "What is this service, and what does it do?";

    private final ProducerTemplate routes;
    private final LlmSettings llm;

    WarmUp(ProducerTemplate routes, LlmSettings llm) {
        this.routes = routes;
        this.llm = llm;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (!llm.urls().isEmpty()) {
            return;
        }
        Exchange found = routes.request("revision:search", this::ask);
        Exchange prompted = routes.request("revision:prompt", exchange -> {
            ask(exchange);
            exchange.getMessage().setBody(found.getMessage().getBody(List.class));
        });
        Exchange answered = routes.request("revision:llm", exchange -> {
            ask(exchange);
            exchange.getMessage().setBody(prompted.getMessage().getBody());
        });
        for (Exchange step : List.of(found, prompted, answered)) {
            if (step.getException() != null) {
                LOG.warn(
                        "a first question could not be answered: {}",
                        step.getException().toString());
            }
        }
    }

    private void ask(Exchange exchange) {
        exchange.setVariable("query", QUESTION);
        exchange.setVariable("traceId", "warm-up");
        exchange.getMessage().setBody(QUESTION);
    }
}
