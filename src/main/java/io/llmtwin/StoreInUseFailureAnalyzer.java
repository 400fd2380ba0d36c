package io.llmtwin;

import io.llmtwin.embedded.qdrant.StoreInUseException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says that another service runs on the same home. */
final class StoreInUseFailureAnalyzer extends AbstractFailureAnalyzer<StoreInUseException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StoreInUseException cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Stop the other service, or set LLM_TWIN_HOME to a folder of its own.", cause);
    }
}
