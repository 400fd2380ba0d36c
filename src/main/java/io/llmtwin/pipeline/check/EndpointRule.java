package io.llmtwin.pipeline.check;

import java.util.Set;

/** Every endpoint is of a component that is there, and has options that the component knows. */
final class EndpointRule implements FileRule {
    private final Vocabulary vocabulary;

    EndpointRule(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    @Override
    public void check(RouteFile file, Findings findings) {
        Call.in(file).forEach(call -> check(call, findings));
    }

    private void check(Call call, Findings findings) {
        String path = call.file().path();
        String component = call.component();
        if (component == null) {
            return;
        }
        Set<String> components = vocabulary.components();
        if (!components.contains(component)) {
            String meant = Spelling.closest(component, components);
            findings.add(
                    path,
                    call.uri(),
                    "there is no component `" + component + "`; there are " + String.join(", ", components),
                    meant == null ? null : meant + call.text().substring(component.length()));
            return;
        }
        Set<String> options;
        try {
            options = vocabulary.options(component, call.address());
        } catch (Exception e) {
            findings.add(path, call.uri(), String.valueOf(e.getMessage()), null);
            return;
        }
        if (options == null) {
            return;
        }
        for (String name : call.query()) {
            if (!options.contains(name)) {
                int index = call.text().indexOf(name, call.address().length());
                findings.add(path, call.uri(), index, reason(component, name), Spelling.closest(name, options));
            }
        }
        if (call.parameters() != null) {
            for (YamlEntry option : call.parameters().children()) {
                if (!options.contains(option.name())) {
                    findings.add(
                            path,
                            option.key(),
                            reason(component, option.name()),
                            Spelling.closest(option.name(), options));
                }
            }
        }
    }

    private static String reason(String component, String option) {
        return "`" + component + ":` has no option `" + option + "`";
    }
}
