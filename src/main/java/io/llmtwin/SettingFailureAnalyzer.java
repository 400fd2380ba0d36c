package io.llmtwin;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationErrors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/** Says which setting, by the name that operators know it by, keeps the service from starting. */
final class SettingFailureAnalyzer extends AbstractFailureAnalyzer<ConfigurationPropertiesBindException> {
    private static final Pattern SETTING = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)");
    private static final Pattern SECRET = Pattern.compile(".*(KEY|KEYS|TOKEN|PASSWORD)");

    private final Environment environment;

    SettingFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationPropertiesBindException cause) {
        return new FailureAnalysis(
                "A setting is wrong:\n\n    " + String.join("\n    ", faults(cause)),
                "Correct it in the environment or in .env; docs/settings.md says what it may be.",
                cause);
    }

    private List<String> faults(ConfigurationPropertiesBindException cause) {
        List<String> faults = new ArrayList<>();
        for (Throwable failure = cause; failure != null; failure = failure.getCause()) {
            if (failure instanceof BindValidationException invalid) {
                ValidationErrors errors = invalid.getValidationErrors();
                errors.getAllErrors().forEach(error -> faults.add(describe(error, errors)));
            }
        }
        if (faults.isEmpty() && cause.getCause() instanceof BindException bind && bind.getProperty() != null) {
            String name = setting(bind.getName().toString());
            Class<?> expected = bind.getTarget().getType().resolve(Object.class);
            faults.add(name + " must be of type " + expected.getSimpleName() + ", but is '"
                    + shown(name, environment.getProperty(bind.getName().toString())) + "'");
        } else if (faults.isEmpty()) {
            faults.add(NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
        }
        return faults;
    }

    private String describe(ObjectError error, ValidationErrors errors) {
        if (error instanceof FieldError field) {
            String property = DataObjectPropertyName.toDashedForm(field.getField());
            String name = setting(errors.getName().append(property).toString());
            return name + " " + field.getDefaultMessage() + ", but is '" + shown(name, field.getRejectedValue()) + "'";
        }
        return String.valueOf(error.getDefaultMessage());
    }

    private static @Nullable Object shown(String name, @Nullable Object value) {
        return SECRET.matcher(name).matches() ? "…" : value;
    }

    /** Name of the environment variable that {@code property} takes its value from; its own name if there is none. */
    private String setting(String property) {
        if (environment instanceof ConfigurableEnvironment configurable) {
            for (PropertySource<?> source : configurable.getPropertySources()) {
                Matcher matcher = SETTING.matcher(String.valueOf(source.getProperty(property)));
                if (matcher.find()) {
                    return matcher.group(1);
                }
            }
        }
        return property;
    }
}
