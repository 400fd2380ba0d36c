package io.llmtwin.ops;

import io.llmtwin.ingest.UploadedDocument.Status;
import io.llmtwin.ingest.Uploads;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** What clients send to be stored, in numbers. */
@Component
final class UploadMetrics implements MeterBinder {
    private final Uploads uploads;

    UploadMetrics(Uploads uploads) {
        this.uploads = uploads;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Status status : Status.values()) {
            FunctionCounter.builder("llm.twin.upload.documents", uploads, counted -> counted.documents(status))
                    .description("Documents that clients sent, by what became of them")
                    .tag("status", status.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        FunctionCounter.builder("llm.twin.upload.chunks", uploads, Uploads::chunks)
                .description("Chunks of clients' documents that were embedded and stored")
                .register(registry);
        FunctionCounter.builder("llm.twin.upload.refused", uploads, Uploads::refused)
                .description("Uploads that got 429 because too many chunks were waiting")
                .register(registry);
        Gauge.builder("llm.twin.upload.pending", uploads, Uploads::pendingChunks)
                .description("Chunks of clients' documents that wait to be embedded and stored")
                .register(registry);
    }
}
