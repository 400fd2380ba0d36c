package io.llmtwin;

import io.llmtwin.keys.OpenDoorException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why the service doesn't start on an address that others reach. */
final class OpenDoorFailureAnalyzer extends AbstractFailureAnalyzer<OpenDoorException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OpenDoorException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Set LLM_TWIN_API_KEYS, for example to team:<a long random key>, or leave the address at 127.0.0.1.",
                cause);
    }
}
