package io.llmtwin.prompt;

import io.llmtwin.pipeline.RevisionCustomizer;

/** The templates' own Mustache, for tests of other rooms' routes. */
public final class PromptTestTemplates {
    private PromptTestTemplates() {}

    public static RevisionCustomizer customizer() {
        return new PromptTemplates();
    }
}
