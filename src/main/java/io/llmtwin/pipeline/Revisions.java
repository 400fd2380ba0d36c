package io.llmtwin.pipeline;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The revisions of the pipeline: which serves, which did or might, and what was rejected. Up before the doors open, closed
 * after them. What serves changes in one step; a request ends on the revision that it began on.
 */
@Component
public class Revisions implements SmartLifecycle, Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Revisions.class);

    private final PipelineLocation location;
    private final Trial trial;
    private final RevisionStore store;
    private final ApplicationEventPublisher events;
    private final RevisionPool pool = new RevisionPool();
    private final Rejections rejections = new Rejections();

    /** Held by whoever looks at a candidate, or changes what serves. Requests never wait for it. */
    private final ReentrantLock changing = new ReentrantLock();

    private volatile @Nullable Revision active;
    private volatile @Nullable Experiment experiment;

    Revisions(PipelineLocation location, Trial trial, RevisionStore store, ApplicationEventPublisher events) {
        this.location = location;
        this.trial = trial;
        this.store = store;
        this.events = events;
    }

    /**
     * The revision that serves.
     *
     * @throws IllegalStateException before the first is up, or after the last is gone
     */
    public Revision active() {
        Revision revision = active;
        if (revision == null) {
            throw new IllegalStateException("no revision of the pipeline is running");
        }
        return revision;
    }

    @Override
    public Revision enter(Exchange exchange) {
        String wanted = exchange.getVariable(RequestScope.WANTED_REVISION, String.class);
        if (wanted != null) {
            return enter(wanted);
        }
        Revision arm = enterArm(exchange);
        if (arm != null) {
            return arm;
        }
        Revision revision = active();
        while (!revision.enter()) {
            // one that was replaced in between lets nobody in any more; then there is a newer one
            Revision newer = active();
            if (newer == revision) {
                throw new IllegalStateException("revision " + revision.id() + " should serve, but was retired");
            }
            revision = newer;
        }
        return revision;
    }

    /**
     * The revision named {@code id}, started if need be, and kept open until the caller has it {@link Revision#leave}.
     *
     * @throws UnknownRevisionException if there is none
     */
    public Revision enter(String id) {
        StoredRevision stored = stored(id);
        try {
            return pool.enter(id, () -> trial.startAgain(stored.source()));
        } catch (RejectedPipelineException e) {
            throw new UnknownRevisionException(id, e);
        }
    }

    private @Nullable Revision enterArm(Exchange exchange) {
        Experiment running = experiment;
        if (running == null || !running.isRunning()) {
            return null;
        }
        String arm = running.armOf(RequestScope.stickyKey(exchange));
        Revision revision = pool.enter(arm);
        if (revision != null) {
            exchange.setVariable(RequestScope.EXPERIMENT, new Experiment.Place(running.id(), arm));
        }
        return revision;
    }

    /** Looks at what the location of the pipeline holds now, and has it serve if it can. */
    void lookAtLocation() throws IOException {
        try {
            propose(location.read());
        } catch (RejectedPipelineException e) {
            rejections.ofLocation(rejections.add(null, location.origin(), e));
            store.save(store.state().lookedAt(null));
        }
    }

    private void propose(PipelineSource source) {
        String id = source.hash();
        if (id.equals(store.state().folder())) {
            return;
        }
        long begun = System.nanoTime();
        changing.lock();
        try {
            // before the trial: one that takes the process down must not be trusted by the next
            store.save(store.state().lookedAt(id));
            if (!id.equals(active().id())) {
                serve(trial.admit(source, active), stored(source, location.origin(), null));
                LOG.info("pipeline revision {} serves, {} ms after it was found", id, millisecondsSince(begun));
            }
            rejections.ofLocation(null);
        } catch (RejectedPipelineException e) {
            rejections.ofLocation(rejections.add(id, location.origin(), e));
        } finally {
            changing.unlock();
        }
    }

    /**
     * Keeps a draft, which serves only who asks for it.
     *
     * @throws UnknownRevisionException if there is no such base
     * @throws RejectedPipelineException if it could not serve
     */
    public RevisionState draft(Draft draft) throws RejectedPipelineException {
        String base = draft.base() == null ? active().id() : draft.base();
        PipelineSource source = stored(base).source().with(draft.files());
        String id = source.hash();
        changing.lock();
        try {
            if (store.find(id).isEmpty()) {
                pool.add(trial.probed(source, active));
                store.keep(stored(source, RevisionOrigin.DRAFT, draft.note()));
            }
            return state(stored(id), false);
        } catch (RejectedPipelineException e) {
            rejections.add(id, RevisionOrigin.DRAFT, e);
            throw e;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Has the revision named {@code id} serve, be it a draft or one that served before.
     *
     * @throws UnknownRevisionException if there is none
     * @throws RejectedPipelineException if it can't serve any more
     */
    public RevisionState activate(@Variable("revisionId") String id) throws RejectedPipelineException {
        changing.lock();
        try {
            StoredRevision revision = stored(id);
            if (!id.equals(active().id())) {
                serve(trial.admit(revision.source(), active), revision);
                LOG.info("pipeline revision {} serves, because it was activated", id);
            }
            return state(stored(id), false);
        } finally {
            changing.unlock();
        }
    }

    /**
     * Forgets the revision named {@code id}.
     *
     * @throws UnknownRevisionException if there is none
     * @throws RevisionInUseException if it serves, or takes part in an experiment
     */
    public void delete(@Variable("revisionId") String id) {
        changing.lock();
        try {
            stored(id);
            if (id.equals(active().id()) || isOnAnArm(id)) {
                throw new RevisionInUseException(id);
            }
            store.delete(id);
            pool.retire(id);
        } finally {
            changing.unlock();
        }
    }

    /** Every revision that is kept, and what was rejected. */
    public RevisionList list() {
        return new RevisionList(
                active().id(),
                store.state().previous(),
                store.all().stream().map(revision -> state(revision, false)).toList(),
                rejections.all());
    }

    /**
     * The revision named {@code id}, with its files.
     *
     * @throws UnknownRevisionException if there is none
     */
    public RevisionState find(@Variable("revisionId") String id) {
        return state(stored(id), true);
    }

    /** Why what the pipeline's folder holds now doesn't serve; empty where it does. */
    public Optional<Rejection> fault() {
        return Optional.ofNullable(rejections.ofLocation());
    }

    /**
     * Splits the traffic between revisions from now on; another split that runs ends.
     *
     * @throws UnknownRevisionException if there is no such revision
     * @throws RejectedPipelineException if one of them can't serve any more
     */
    public Experiment split(Experiment wanted) throws RejectedPipelineException {
        changing.lock();
        try {
            for (Experiment.Arm arm : wanted.arms()) {
                StoredRevision stored = stored(arm.revision());
                pool.enter(arm.revision(), () -> trial.startAgain(stored.source()))
                        .leave();
            }
            take(wanted);
            return wanted;
        } finally {
            changing.unlock();
        }
    }

    /** The experiment that runs, or the last one; empty where there never was one. */
    public Optional<Experiment> experiment() {
        return Optional.ofNullable(experiment);
    }

    /** Ends the experiment that runs, if one does. */
    public void endExperiment() {
        changing.lock();
        try {
            Experiment running = experiment;
            if (running != null && running.isRunning()) {
                take(running.endedAt(Instant.now()));
            }
        } finally {
            changing.unlock();
        }
    }

    private void take(Experiment changed) {
        store.save(store.state().with(changed));
        experiment = changed;
        pool.need(store.needed());
    }

    private boolean isOnAnArm(String id) {
        Experiment running = experiment;
        return running != null
                && running.isRunning()
                && running.arms().stream().anyMatch(arm -> arm.revision().equals(id));
    }

    private void serve(Revision revision, StoredRevision stored) {
        Revision before = active;
        Set<String> needed = store.needed();
        needed.add(revision.id());
        // before it serves: whoever asks for drafts must not push it out, even if what follows fails
        pool.need(needed);
        pool.add(revision);
        active = revision;
        events.publishEvent(new RevisionActivated(revision.id()));
        store.keep(stored.activatedAt(Instant.now()));
        store.save(store.state().activate(revision.id()));
        pool.need(store.needed());
        if (before != null && before.requests() > 0) {
            LOG.info("pipeline revision {} ends its last {} requests", before.id(), before.requests());
        }
    }

    private StoredRevision stored(String id) {
        return store.find(id).orElseThrow(() -> new UnknownRevisionException(id));
    }

    private StoredRevision stored(PipelineSource source, RevisionOrigin from, @Nullable String note) {
        return store.find(source.hash())
                .orElseGet(() -> new StoredRevision(source.hash(), from, Instant.now(), null, note, source.files()));
    }

    private RevisionState state(StoredRevision revision, boolean withFiles) {
        Integer requests = pool.requests(revision.id());
        String state = revision.id().equals(active().id()) ? "active" : revision.activated() == null ? "draft" : "kept";
        return new RevisionState(
                revision.id(),
                state,
                revision.origin(),
                revision.created(),
                revision.activated(),
                revision.note(),
                requests != null,
                requests == null ? 0 : requests,
                withFiles ? revision.files() : null);
    }

    @Override
    public void start() {
        long begun = System.nanoTime();
        try {
            startLast();
            resumeExperiment();
        } catch (IOException | RejectedPipelineException e) {
            throw new IllegalStateException("the pipeline in " + location + " can't be started:\n" + e.getMessage(), e);
        }
        LOG.info("pipeline revision {} of {} is up in {} ms", active().id(), location, millisecondsSince(begun));
    }

    /**
     * What served last goes on, unless the location holds something new that can serve. No question is asked of it: the
     * upstreams needn't be up yet.
     */
    private void startLast() throws IOException, RejectedPipelineException {
        ServingState last = store.state();
        Optional<StoredRevision> served = Optional.ofNullable(last.active()).flatMap(store::find);
        PipelineSource source;
        try {
            source = location.read();
        } catch (RejectedPipelineException e) {
            rejections.ofLocation(rejections.add(null, location.origin(), e));
            startAgain(served.orElseThrow(() -> e));
            return;
        }
        String id = source.hash();
        if (id.equals(last.folder()) && served.isPresent() && !id.equals(last.active()) && startsAgain(served.get())) {
            if (store.find(id).isEmpty()) {
                rejections.ofLocation(rejections.add(id, location.origin(), faultOf(source)));
            }
            return;
        }
        try {
            boolean isKnown = store.find(id).isPresent();
            serve(isKnown ? trial.startAgain(source) : trial.start(source), stored(source, location.origin(), null));
        } catch (RejectedPipelineException e) {
            rejections.ofLocation(rejections.add(id, location.origin(), e));
            startAgain(served.orElseThrow(() -> e));
        }
        store.save(store.state().lookedAt(id));
    }

    /** What is wrong with {@code source}, which was rejected in another life of the service. */
    private RejectedPipelineException faultOf(PipelineSource source) {
        try {
            trial.start(source).retire();
            return new RejectedPipelineException(
                    PipelineProblem.of(null, "it was rejected for its answers before the service was started"));
        } catch (RejectedPipelineException e) {
            return e;
        }
    }

    private boolean startsAgain(StoredRevision served) {
        try {
            startAgain(served);
            return true;
        } catch (RejectedPipelineException e) {
            rejections.add(served.id(), served.origin(), e);
            return false;
        }
    }

    private void startAgain(StoredRevision served) throws RejectedPipelineException {
        serve(trial.startAgain(served.source()), served);
        LOG.info("pipeline revision {} goes on, which served before", served.id());
    }

    private void resumeExperiment() {
        Experiment last = store.state().experiment();
        experiment = last;
        if (last == null || !last.isRunning()) {
            return;
        }
        try {
            for (Experiment.Arm arm : last.arms()) {
                enter(arm.revision()).leave();
            }
            pool.need(store.needed());
        } catch (UnknownRevisionException e) {
            LOG.warn("the experiment {} ends: {}", last.id(), e.getMessage());
            take(last.endedAt(Instant.now()));
        }
    }

    @Override
    public void stop() {
        active = null;
        pool.retireAll();
        trial.close();
    }

    @Override
    public boolean isRunning() {
        return active != null;
    }

    /** Before the main CamelContext and the web server, which start last and stop first. */
    @Override
    public int getPhase() {
        return 0;
    }

    private static long millisecondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
