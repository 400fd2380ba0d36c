package io.llmtwin.api;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.util.List;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.catalina.core.StandardHost;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** How Camel's HTTP door is set up. */
@Configuration
class DoorConfiguration {

    /** What clients may send and get. */
    @Bean
    OpenAPI contract() {
        return new OpenAPIV3Parser().read("openapi.yaml");
    }

    @Bean
    ComponentCustomizer doorHeadersOnly(DoorHeaders headers) {
        return ComponentCustomizer.builder(PlatformHttpComponent.class)
                .build(door -> door.setHeaderFilterStrategy(headers));
    }

    /** Off, so that a browser keeps other sites' pages from reading answers, until their origins are named. */
    @Bean
    FilterRegistrationBean<CorsFilter> otherOrigins(ApiSettings settings) {
        CorsConfiguration others = new CorsConfiguration();
        others.setAllowedOrigins(settings.corsAllowedOrigins());
        others.setAllowedMethods(List.of("GET", "POST", "PUT", "DELETE"));
        others.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        others.setExposedHeaders(List.of(
                Door.TRACE_ID, "X-Revision", "Server-Timing", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining"));
        UrlBasedCorsConfigurationSource paths = new UrlBasedCorsConfigurationSource();
        paths.registerCorsConfiguration("/**", others);
        FilterRegistrationBean<CorsFilter> filter = new FilterRegistrationBean<>(new CorsFilter(paths));
        // before the door, which shows only the headers that the API defines
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        filter.setEnabled(!settings.corsAllowedOrigins().isEmpty());
        return filter;
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
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> refusalsTellNothing() {
        return tomcat -> tomcat.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemValve.class.getName());
            }
        });
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> clientsAreWatched() {
        return tomcat -> tomcat.setProtocol(StreamingProtocol.class.getName());
    }
}
