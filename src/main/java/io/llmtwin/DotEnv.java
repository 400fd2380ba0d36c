package io.llmtwin;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Settings from the file {@code .env} in the working directory count as environment variables; those of the process
 * itself come first. A variable that is set to nothing, as templates of such files have them, counts as not set.
 */
final class DotEnv implements EnvironmentPostProcessor {
    private static final String PROCESS = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    private static final String FILE = "dotenv-" + PROCESS;

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> process = new LinkedHashMap<>();
        environment.getSystemEnvironment().forEach((name, value) -> putUnlessBlank(process, name, value));
        Map<String, Object> file = new LinkedHashMap<>();
        try {
            Dotenv dotenv = Dotenv.configure().ignoreIfMissing().load();
            for (DotenvEntry entry : dotenv.entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)) {
                putUnlessBlank(file, entry.getKey(), entry.getValue());
            }
        } catch (DotenvException unquotable) {
            // neither the message nor the cause: they quote the line, which may be a key
            throw new IllegalStateException(
                    "the file .env has a line that is not NAME=value; quote a value that has a # or a space");
        }
        environment.getPropertySources().replace(PROCESS, new SystemEnvironmentPropertySource(PROCESS, process));
        environment.getPropertySources().addAfter(PROCESS, new SystemEnvironmentPropertySource(FILE, file));
    }

    private static void putUnlessBlank(Map<String, Object> settings, String name, Object value) {
        if (!value.toString().isBlank()) {
            settings.put(name, value);
        }
    }
}
