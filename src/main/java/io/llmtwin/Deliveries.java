package io.llmtwin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.monitoring.Journal;
import io.llmtwin.monitoring.delivery.Delivery;
import io.llmtwin.monitoring.delivery.DeliverySettings;
import java.io.IOException;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** To whom the journal's entries are delivered: to each service whose key or address is set. */
@Configuration
class Deliveries {

    @Bean
    @Conditional(CometIsSet.class)
    Delivery cometDelivery(Journal journal, ServiceHome home, ObjectMapper json, DeliverySettings settings)
            throws IOException {
        return new Delivery("comet", journal, home.delivery(), json, settings, Clock.systemUTC());
    }

    @Bean
    @Conditional(OpikIsSet.class)
    Delivery opikDelivery(Journal journal, ServiceHome home, ObjectMapper json, DeliverySettings settings)
            throws IOException {
        return new Delivery("opik", journal, home.delivery(), json, settings, Clock.systemUTC());
    }

    static final class CometIsSet implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return isSet("llm-twin.comet", context.getEnvironment());
        }
    }

    static final class OpikIsSet implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return isSet("llm-twin.opik", context.getEnvironment());
        }
    }

    private static boolean isSet(String service, Environment settings) {
        return !settings.getProperty(service + ".api-key", "").isBlank()
                || !settings.getProperty(service + ".url-override", "").isBlank();
    }
}
