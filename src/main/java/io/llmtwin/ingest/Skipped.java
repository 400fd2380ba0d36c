package io.llmtwin.ingest;

import java.util.regex.Pattern;

/**
 * Something of a corpus that was left out.
 *
 * @param path where it is, relative to the corpus, with the line or entry if it is only a part of a file
 * @param reason what is wrong with it
 * @param unread true if what it holds is unknown (it couldn't be read), so that nothing may be concluded from its absence
 */
public record Skipped(String path, String reason, boolean unread) {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** Control characters, which a name may hold and a log must not, are shown as question marks. */
    public Skipped {
        path = CONTROL.matcher(path).replaceAll("?");
        reason = CONTROL.matcher(reason).replaceAll("?");
    }

    /** This, where what is missing may still be coming. */
    Skipped unknown() {
        return new Skipped(path, reason, true);
    }

    Skipped(String path, String reason) {
        this(path, reason, false);
    }
}
