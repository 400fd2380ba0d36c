package io.llmtwin.ops;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.spi.ModelToYAMLDumper;
import org.apache.camel.spi.Resource;
import org.apache.camel.yaml.LwModelToYAMLDumper;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Shows a route's YAML as it was written, comments included. Camel's own writer would make it anew from the model, but
 * fails at every {@code method:} expression and leaves out the steps below {@code doTry}; it writes only what stands in no
 * file, such as the routes that come of {@code rest:}.
 */
final class RouteSource implements ModelToYAMLDumper {
    private final ModelToYAMLDumper writer = new LwModelToYAMLDumper();

    @Override
    public String dumpModelAsYaml(CamelContext context, NamedNode definition) throws Exception {
        return dumpModelAsYaml(context, definition, false, false, true, false);
    }

    @Override
    public String dumpModelAsYaml(
            CamelContext context,
            NamedNode definition,
            boolean resolvePlaceholders,
            boolean uriAsParameters,
            boolean generatedIds,
            boolean sourceLocation)
            throws Exception {
        if (definition instanceof RoutesDefinition routes) {
            StringBuilder all = new StringBuilder();
            for (RouteDefinition route : routes.getRoutes()) {
                all.append(dumpModelAsYaml(
                        context, route, resolvePlaceholders, uriAsParameters, generatedIds, sourceLocation));
            }
            return all.toString();
        }
        Optional<String> written =
                definition instanceof RouteDefinition route && route.getResource() != null && route.getLineNumber() > 0
                        ? written(route.getResource(), route.getLineNumber())
                        : Optional.empty();
        return written.isPresent()
                ? written.get()
                : writer.dumpModelAsYaml(
                        context, definition, resolvePlaceholders, uriAsParameters, generatedIds, sourceLocation);
    }

    /** The entry of the list in {@code file} that stands around {@code lineNumber}, which counts from 1. */
    private static Optional<String> written(Resource file, int lineNumber) throws IOException {
        String text;
        try (InputStream stream = file.getInputStream()) {
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        Node root =
                new Compose(LoadSettings.builder().build()).composeString(text).orElse(null);
        if (!(root instanceof SequenceNode list)) {
            return Optional.empty();
        }
        List<String> lines = text.lines().toList();
        int begin = 0;
        int end = lines.size();
        for (Node entry : list.getValue()) {
            int start = entry.getStartMark().map(Mark::getLine).orElse(0);
            if (start < lineNumber) {
                begin = start;
            } else {
                end = start;
                break;
            }
        }
        return Optional.of(String.join("\n", lines.subList(begin, end)).stripTrailing() + "\n");
    }

    @Override
    public String dumpBeansAsYaml(CamelContext context, List<Object> beans) throws Exception {
        return writer.dumpBeansAsYaml(context, beans);
    }

    @Override
    public String dumpDataFormatsAsYaml(CamelContext context, Map<String, Object> dataFormats) throws Exception {
        return writer.dumpDataFormatsAsYaml(context, dataFormats);
    }
}
