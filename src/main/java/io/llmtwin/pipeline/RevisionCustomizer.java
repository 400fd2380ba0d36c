package io.llmtwin.pipeline;

import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** What a room adds to each revision's CamelContext before its routes are loaded: a component, a policy. */
@FunctionalInterface
public interface RevisionCustomizer {
    /**
     * Adds to {@code context}, which is built but not started.
     *
     * @param files the text of one of the revision's own files by its path, or null where it has none
     */
    void customize(CamelContext context, UnaryOperator<@Nullable String> files);
}
