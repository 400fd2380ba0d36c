package io.llmtwin.llm;

/** The language model's server says that the prompt is longer than the model can read. */
public final class PromptRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PromptRefusedException() {
        super("the question and what belongs to it are longer than the language model can read");
    }
}
