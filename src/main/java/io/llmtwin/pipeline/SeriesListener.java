package io.llmtwin.pipeline;

/** Who is told of a series of rehearsals while it runs, by one thread at a time. May throw to end it. */
public interface SeriesListener<R> {
    /** {@code done} of {@code total} are through. */
    void progress(int done, int total);

    /** One is through. They come as they end. */
    void result(R result);
}
