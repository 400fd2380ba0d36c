package io.llmtwin.tracing;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaves the service of its spans. So many may wait as the SDK's queue holds; the next is dropped and counted, where
 * the SDK would log it each time. A receiver that is down is logged once, and once more when it is back. Thread-safe.
 */
final class SpanExport implements MeterBinder {
    private static final Logger LOG = LoggerFactory.getLogger(SpanExport.class);

    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder exported = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean failing = new AtomicBoolean();

    /** {@code processor} for no more than {@code most} spans that wait. */
    SpanProcessor bounded(SpanProcessor processor, int most) {
        return new Bounded(processor, most);
    }

    /** {@code exporter}, and what comes of it is counted. */
    SpanExporter counted(SpanExporter exporter) {
        return new Counted(exporter);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        count(registry, "exported", it -> it.exported.sum());
        count(registry, "failed", it -> it.failed.sum());
        count(registry, "dropped", it -> it.dropped.sum());
        Gauge.builder("llm.twin.spans.waiting", waiting, AtomicInteger::get)
                .description("Spans that are to be exported")
                .register(registry);
    }

    private void count(MeterRegistry registry, String outcome, ToDoubleFunction<SpanExport> of) {
        FunctionCounter.builder("llm.twin.spans", this, of)
                .description("Spans, by what became of them: exported, refused by the receiver or not taken in time,"
                        + " or dropped because too many waited")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void succeeded(int spans) {
        exported.add(spans);
        if (failing.compareAndSet(true, false)) {
            LOG.info("traces are exported again; {} spans were lost by now", failed.sum() + dropped.sum());
        }
    }

    private void failed(int spans, @Nullable Throwable reason) {
        failed.add(spans);
        if (failing.compareAndSet(false, true)) {
            LOG.warn("traces can't be exported, and are dropped until they can: {}", said(reason));
        }
    }

    /** What the exporter wraps its failures in is its own affair; without a cause it had an answer. */
    private static String said(@Nullable Throwable reason) {
        if (reason == null) {
            return "no answer in time";
        }
        return reason.getCause() == null
                ? "the receiver refused them"
                : reason.getCause().toString();
    }

    private final class Bounded implements SpanProcessor {
        private final SpanProcessor processor;
        private final int most;

        Bounded(SpanProcessor processor, int most) {
            this.processor = processor;
            this.most = most;
        }

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            processor.onStart(parent, span);
        }

        @Override
        public boolean isStartRequired() {
            return processor.isStartRequired();
        }

        @Override
        public void onEnd(ReadableSpan span) {
            if (!span.getSpanContext().isSampled()) {
                return;
            }
            if (waiting.incrementAndGet() > most) {
                waiting.decrementAndGet();
                dropped.increment();
            } else {
                processor.onEnd(span);
            }
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return processor.forceFlush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return processor.shutdown();
        }
    }

    private final class Counted implements SpanExporter {
        private final SpanExporter exporter;

        Counted(SpanExporter exporter) {
            this.exporter = exporter;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            // the collection is emptied as soon as the export is over
            int size = spans.size();
            CompletableResultCode result;
            try {
                result = exporter.export(spans);
            } catch (RuntimeException e) {
                waiting.addAndGet(-size);
                failed(size, e);
                throw e;
            }
            return result.whenComplete(() -> {
                waiting.addAndGet(-size);
                if (result.isSuccess()) {
                    succeeded(size);
                } else {
                    failed(size, result.getFailureThrowable());
                }
            });
        }

        @Override
        public CompletableResultCode flush() {
            return exporter.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return exporter.shutdown();
        }
    }
}
