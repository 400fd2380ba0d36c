package io.llmtwin.bench.pipeline;

import java.util.function.UnaryOperator;

/** A way to break the pipeline with one edit. */
enum Breakage {
    SYNTAX("routes/pipeline/llm.camel.yaml", text -> text.replaceFirst("steps:", "steps: [")),
    EMPTY_FILE("routes/pipeline/retrieve.camel.yaml", text -> ""),
    HALF_A_FILE("routes/pipeline/rerank.camel.yaml", text -> text.substring(0, text.length() / 2)),
    TABS("routes/pipeline/search.camel.yaml", text -> text.replaceFirst("      uri", "\turi")),
    UNKNOWN_STEP("routes/pipeline/prompt.camel.yaml", text -> text.replaceFirst("setVariable:", "setVaraible:")),
    UNKNOWN_KEY("routes/pipeline/llm.camel.yaml", text -> text.replaceFirst("description:", "descripton:")),
    UNKNOWN_COMPONENT("routes/pipeline/generate.camel.yaml", text -> text.replaceFirst("uri: direct:prompt", "uri: dircet:prompt")),
    UNKNOWN_OPTION("routes/pipeline/expand.camel.yaml", text -> text.replaceFirst("chatOperation", "chatOperatoin")),
    UNKNOWN_ROUTE("routes/pipeline/generate.camel.yaml", text -> text.replaceFirst("uri: direct:llm", "uri: direct:lml")),
    MISSING_BEAN("routes/pipeline/retrieve.camel.yaml", text -> text.replaceFirst("ref: fusion", "ref: fusoin")),
    MISSING_METHOD("routes/pipeline/retrieve.camel.yaml", text -> text.replaceFirst("method: fuse", "method: fues")),
    WRONG_BEAN("routes/pipeline/llm.camel.yaml", text -> text.replaceFirst("ref: llmMessages", "ref: passages")),
    DUPLICATE_ID("routes/pipeline/search.camel.yaml", text -> text.replaceFirst("id: search\n", "id: rerank\n")),
    NO_ENTRY("routes/pipeline/generate.camel.yaml", text -> text.replaceFirst("uri: direct:generate", "uri: direct:genrate")),
    ENDLESS_LOOP("routes/pipeline/generate.camel.yaml", text -> text.replaceFirst("uri: direct:prompt", "uri: direct:generate")),
    ENDLESS_WHILE("routes/pipeline/llm.camel.yaml", text -> text.replace("simple: ${variable.completion} == null", "simple: ${variable.query} != null")),
    BAD_EXPRESSION("routes/pipeline/expand.camel.yaml", text -> text.replaceFirst("\\$\\{variable.expandTo\\} > 1", "\\${variable.expandTo > 1")),
    UNKNOWN_PLACEHOLDER("routes/pipeline/rerank.camel.yaml", text -> text.replaceFirst("llm-twin.rerank.by", "llm-twin.rerank.buy")),
    TEMPLATE_ERROR("prompts/answer.mustache", text -> text + "{{#variables.sources}}"),
    TEMPLATE_VARIABLE("prompts/answer.mustache", text -> text.replace("variables.query", "variables.qeury")),
    DELETED_FILE("routes/pipeline/prompt.camel.yaml", text -> null);

    final String file;
    private final UnaryOperator<String> edit;

    Breakage(String file, UnaryOperator<String> edit) {
        this.file = file;
        this.edit = edit;
    }

    /** {@code text} broken; null where the file goes. */
    String of(String text) {
        return edit.apply(text);
    }
}
