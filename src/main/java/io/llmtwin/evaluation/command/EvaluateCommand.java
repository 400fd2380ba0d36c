package io.llmtwin.evaluation.command;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.llmtwin.evaluation.CaseResult;
import io.llmtwin.evaluation.EvaluationReport;
import io.llmtwin.evaluation.JUnitReport;
import io.llmtwin.pipeline.SeriesListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code java -jar llm-twin.jar evaluate …}: has a service evaluate a revision of its pipeline. */
public final class EvaluateCommand {
    /** The word that the command begins with. */
    public static final String NAME = "evaluate";

    private static final int PASSED = 0;
    private static final int NOT_PASSED = 1;
    private static final int NOT_RUN = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final @Nullable String key;

    /**
     * A command.
     *
     * @param out gets the table
     * @param err gets progress, and what is wrong
     * @param key for the service, where no argument gives one
     */
    public EvaluateCommand(PrintStream out, PrintStream err, @Nullable String key) {
        this.out = out;
        this.err = err;
        this.key = key;
    }

    /** Runs the command with {@code words}, those after its name; returns its exit code. */
    public int run(List<String> words) {
        if (words.contains("--help")) {
            out.print(Arguments.USAGE);
            return PASSED;
        }
        Arguments arguments;
        try {
            arguments = Arguments.of(words, key);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage() + "\n\n" + Arguments.USAGE);
            return NOT_RUN;
        }
        try {
            ObjectMapper json = JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
            EvaluationReport report = new RemoteEvaluation(arguments, json).run(new ProgressLine());
            out.print(new ResultTable(report));
            if (arguments.junit() != null) {
                Files.writeString(arguments.junit(), new JUnitReport().of(report));
            }
            return report.passed() ? PASSED : NOT_PASSED;
        } catch (CommandFailedException e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("the report can't be written: " + e);
        }
        return NOT_RUN;
    }

    /** Says how far it is, where whoever looks on sees it. */
    private final class ProgressLine implements SeriesListener<CaseResult> {
        @Override
        public void progress(int done, int total) {
            err.println(done + " of " + total);
        }

        @Override
        public void result(CaseResult result) {
            if (!result.passed()) {
                err.println("✗ " + result.question());
            }
        }
    }
}
