package io.llmtwin.ingest;

/** Code as Markdown writes it. */
final class Fence {
    private Fence() {}

    /** {@code code} between fences longer than any run of backticks in it. */
    static String around(String code, String language) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < code.length(); i++) {
            run = code.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        String fence = "`".repeat(Math.max(3, longest + 1));
        return fence + language + "\n" + code + "\n" + fence;
    }
}
