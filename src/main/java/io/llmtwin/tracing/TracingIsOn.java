package io.llmtwin.tracing;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether there is an address to send spans to, and nothing else that says not to. */
final class TracingIsOn implements Condition {
    private static final String SETTINGS = "llm-twin.tracing.";

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment settings = context.getEnvironment();
        return (isSet("endpoint", settings) || isSet("traces-endpoint", settings))
                && !settings.getProperty(SETTINGS + "sdk-disabled", Boolean.class, false)
                && !TracingSettings.NO_EXPORTER.equals(settings.getProperty(SETTINGS + "exporter"));
    }

    private static boolean isSet(String name, Environment settings) {
        return !settings.getProperty(SETTINGS + name, "").isBlank();
    }
}
