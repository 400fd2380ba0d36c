package io.llmtwin.api;

import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How Camel's HTTP door is set up. */
@Configuration
class DoorConfiguration {

    @Bean
    ComponentCustomizer doorHeadersOnly(DoorHeaders headers) {
        return ComponentCustomizer.builder(PlatformHttpComponent.class)
                .build(door -> door.setHeaderFilterStrategy(headers));
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> clientsAreWatched() {
        return tomcat -> tomcat.setProtocol(ClientAwareProtocol.class.getName());
    }
}
