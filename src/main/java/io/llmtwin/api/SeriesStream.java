package io.llmtwin.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.pipeline.SeriesListener;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;

/**
 * The stream of {@code POST /api/v1/replay} and {@code POST /api/v1/evaluations}: {@code progress} and {@code result} as
 * each is through, then {@code done}, which is the report without results, or {@code error}, which is a {@link Problem}.
 */
final class SeriesStream<R> extends EventStream implements SeriesListener<R> {
    SeriesStream(HttpServletResponse response, ObjectMapper json) {
        super(response, json);
    }

    @Override
    public void progress(int done, int total) {
        write("progress", Map.of("done", done, "total", total));
    }

    @Override
    public void result(R result) {
        write("result", result);
    }

    /** Ends the stream with {@code report}. */
    void end(Object report) {
        endHeartbeats();
        write("done", report);
    }

    @Override
    void fail(Problem problem) {
        write("error", problem);
    }
}
