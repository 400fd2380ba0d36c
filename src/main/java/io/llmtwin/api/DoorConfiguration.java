package io.llmtwin.api;

import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
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

    /** An id in a path may have a slash or a backslash, encoded; the server would refuse it before a route sees it. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> encodedSlashesPass() {
        return server -> server.addConnectorCustomizers(connector -> {
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        });
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> clientsAreWatched() {
        return tomcat -> tomcat.setProtocol(StreamingProtocol.class.getName());
    }
}
