package io.llmtwin;

import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.stereotype.Component;

/** Names, at the start, the settings that are known and set but not acted on yet. */
@Component
final class SettingsWithoutEffect {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWithoutEffect.class);
    private static final Pattern KNOWN = Pattern.compile("(COMET|OPIK)_.+");

    private final ConfigurableEnvironment environment;

    SettingsWithoutEffect(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void warn() {
        List<String> set = environment.getPropertySources().stream()
                .filter(SystemEnvironmentPropertySource.class::isInstance)
                .map(SystemEnvironmentPropertySource.class::cast)
                .flatMap(source -> List.of(source.getPropertyNames()).stream())
                .filter(KNOWN.asMatchPredicate())
                .distinct()
                .sorted()
                .toList();
        if (!set.isEmpty()) {
            LOG.warn("set, but without effect yet: {}", String.join(", ", set));
        }
    }
}
