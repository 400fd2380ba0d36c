package io.llmtwin.replay;

import com.github.difflib.DiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.DeltaType;
import io.llmtwin.replay.Edit.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one text becomes another, word by word; line by line where there are too many words, so that texts that have nothing
 * in common cost neither a minute nor the heap. Time grows with the length and the number of differences (Myers 1986).
 */
final class TextDiff {
    private static final Pattern WORDS = Pattern.compile("\\s+|[\\p{L}\\p{N}_]+|[^\\s\\p{L}\\p{N}_]");
    private static final Pattern LINES = Pattern.compile("[^\\n]*+\\n|[^\\n]++");
    private static final int MOST_PIECES = 5_000;

    private TextDiff() {}

    /** The edits that make {@code after} of {@code before}; a text that is null is empty. */
    static List<Edit> of(@Nullable String before, @Nullable String after) {
        String old = before == null ? "" : before;
        String now = after == null ? "" : after;
        for (Pattern piece : List.of(WORDS, LINES)) {
            List<String> oldPieces = pieces(piece, old);
            List<String> newPieces = pieces(piece, now);
            if (Math.max(oldPieces.size(), newPieces.size()) <= MOST_PIECES) {
                return edits(oldPieces, newPieces);
            }
        }
        return old.equals(now)
                ? List.of(new Edit(Op.EQUAL, old))
                : List.of(new Edit(Op.DELETE, old), new Edit(Op.INSERT, now));
    }

    private static List<Edit> edits(List<String> before, List<String> after) {
        Edits edits = new Edits();
        for (AbstractDelta<String> delta : DiffUtils.diff(before, after, new MyersDiffWithLinearSpace<>(), null, true)
                .getDeltas()) {
            if (delta.getType() == DeltaType.EQUAL) {
                edits.keep(delta.getSource().getLines());
            } else {
                edits.change(delta.getSource().getLines(), delta.getTarget().getLines());
            }
        }
        return edits.all();
    }

    /** The pieces of {@code text}, but no more than it takes to see that they are too many. */
    private static List<String> pieces(Pattern piece, String text) {
        List<String> pieces = new ArrayList<>();
        Matcher matcher = piece.matcher(text);
        while (pieces.size() <= MOST_PIECES && matcher.find()) {
            pieces.add(matcher.group());
        }
        return pieces;
    }

    /** Edits in their order, those that follow each other made one, what went before what came. */
    private static final class Edits {
        private final List<Edit> done = new ArrayList<>();
        private final StringBuilder kept = new StringBuilder();
        private final StringBuilder deleted = new StringBuilder();
        private final StringBuilder inserted = new StringBuilder();

        void keep(List<String> pieces) {
            if (!pieces.isEmpty()) {
                flush(Op.DELETE, deleted);
                flush(Op.INSERT, inserted);
                pieces.forEach(kept::append);
            }
        }

        void change(List<String> before, List<String> after) {
            flush(Op.EQUAL, kept);
            before.forEach(deleted::append);
            after.forEach(inserted::append);
        }

        List<Edit> all() {
            flush(Op.EQUAL, kept);
            flush(Op.DELETE, deleted);
            flush(Op.INSERT, inserted);
            return done;
        }

        private void flush(Op op, StringBuilder text) {
            if (!text.isEmpty()) {
                done.add(new Edit(op, text.toString()));
                text.setLength(0);
            }
        }
    }
}
