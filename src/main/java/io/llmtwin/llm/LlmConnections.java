package io.llmtwin.llm;

import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How camel-http calls out, in the main context and in every revision. */
@Configuration
class LlmConnections {

    @Bean
    ComponentCustomizer staleConnectionsAreTriedAgain() {
        return ComponentCustomizer.builder(HttpComponent.class)
                .build(http ->
                        http.setHttpClientConfigurer(client -> client.setRetryStrategy(new StaleConnectionRetry())));
    }
}
