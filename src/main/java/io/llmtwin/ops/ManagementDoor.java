package io.llmtwin.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.keys.KeyRing;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * What stands before the actuator's endpoints. Spring Boot is told of it by name, and makes its beans for whichever server
 * has those endpoints: the management port's, or the API's own where both are one.
 */
class ManagementDoor {
    @Bean
    FilterRegistrationBean<ManagementGuard> managementGuard(
            KeyRing keys, WebEndpointProperties endpoints, ObjectMapper json) {
        FilterRegistrationBean<ManagementGuard> guard =
                new FilterRegistrationBean<>(new ManagementGuard(keys, endpoints.getBasePath(), json));
        guard.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return guard;
    }
}
