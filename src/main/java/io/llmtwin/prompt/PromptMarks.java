package io.llmtwin.prompt;

import java.util.regex.Pattern;

/** The marks that divide a prompt into its parts: ours, such as {@code </source>}, and those of models' chat templates. */
public final class PromptMarks {
    private static final Pattern MARK = Pattern.compile(
            "<(?=\\s*/?\\s*(?:(?:sources?|question|query|author|conversation|follow-up|ranking|system|user|assistant"
                    + "|s|bos|eos|unk|pad|(?:start|end)_of_turn)\\b|\\||<\\s*/?\\s*SYS))",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern BRACKET_MARK = Pattern.compile(
            "\\[(?=\\s*/?\\s*(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\\s*])",
            Pattern.CASE_INSENSITIVE);

    private PromptMarks() {}

    /**
     * {@code text} with nothing in it that can pass for a mark: in place of the {@code <} of one stands {@code ‹}, and in
     * place of the {@code [} of {@code [INST]} and its like {@code ［}.
     */
    public static String defused(String text) {
        return BRACKET_MARK.matcher(MARK.matcher(text).replaceAll("‹")).replaceAll("［");
    }
}
