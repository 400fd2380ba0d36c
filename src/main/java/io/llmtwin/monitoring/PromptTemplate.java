package io.llmtwin.monitoring;

import io.llmtwin.monitoring.PromptRecord.Template;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/** What a request's prompt was made of: the file that its variable {@code template} names, as the revision has it. */
final class PromptTemplate {
    /** Mustache's marks around {@code variables.NAME}, whether it is shown, begins a section, or is left unescaped. */
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{[{#^&]?\\s*variables\\.(\\w+)");

    private PromptTemplate() {}

    /** The template of {@code exchange}'s request; null where it got as far as no template. */
    static @Nullable Template of(Exchange exchange) throws IOException {
        String name = exchange.getVariable("template", String.class);
        if (name == null) {
            return null;
        }
        Resource file = PluginHelper.getResourceLoader(exchange.getContext()).resolveResource(name);
        if (file == null || !file.exists()) {
            return new Template(name, null, Map.of());
        }
        try (InputStream in = file.getInputStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Map<String, Object> variables = new LinkedHashMap<>();
            Matcher shown = VARIABLE.matcher(text);
            while (shown.find()) {
                Object value = exchange.getVariable(shown.group(1));
                if (value != null) {
                    variables.put(shown.group(1), value);
                }
            }
            return new Template(name, text, variables);
        }
    }
}
