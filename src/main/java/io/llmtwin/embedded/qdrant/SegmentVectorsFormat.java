package io.llmtwin.embedded.qdrant;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.codecs.lucene99.Lucene99FlatVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsReader;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsWriter;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.hnsw.RandomAccessVectorValues;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/**
 * Vectors of up to 65,536 dimensions: plain in segments below {@link #GRAPH_FROM_BYTES}, with Lucene's HNSW graph in
 * those above, as Qdrant's {@code indexing_threshold} has it. A graph is only built when segments merge, never while a
 * client waits. Lucene finds this class by its name in a service file, which is why it is public; it is no entry point.
 */
public final class SegmentVectorsFormat extends KnnVectorsFormat {
    /** Bytes of vectors from which a segment has a graph; Qdrant's default of 10,000 kB. */
    static final long GRAPH_FROM_BYTES = 10_000L * 1024;

    /** Qdrant's defaults: edges per node, and candidates looked at for each when the graph is built. */
    static final int MAX_EDGES = 16;

    static final int CANDIDATES = 100;

    private static final String NAME = "LlmTwinSegmentVectors";
    private static final String HAS_GRAPH = NAME + ".graph";

    private final FlatVectorsFormat flat = new Lucene99FlatVectorsFormat(new Abandonable());
    private volatile boolean abandoned;

    /** For Lucene, to read segments with. */
    public SegmentVectorsFormat() {
        super(NAME);
    }

    /** Whether the vectors in the Lucene field {@code field} of {@code reader} have a graph. */
    static boolean hasGraph(LeafReader reader, String field) {
        return reader instanceof CodecReader codec
                && codec.getVectorReader() instanceof PerFieldKnnVectorsFormat.FieldsReader fields
                && fields.getFieldReader(field) instanceof Lucene99HnswVectorsReader;
    }

    /** Whether the vectors of {@code segment} have a graph. */
    static boolean hasGraph(SegmentInfo segment) {
        return segment.getAttribute(HAS_GRAPH) != null;
    }

    /** Ends the building of graphs, so that a merge that would take a minute fails at once. */
    void abandonGraphs() {
        abandoned = true;
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        if (!isWorthGraph(state)) {
            return flat.fieldsWriter(state);
        }
        state.segmentInfo.putAttribute(HAS_GRAPH, "true");
        return new Lucene99HnswVectorsWriter(state, MAX_EDGES, CANDIDATES, flat.fieldsWriter(state), 1, null);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        return hasGraph(state.segmentInfo)
                ? new Lucene99HnswVectorsReader(state, flat.fieldsReader(state))
                : flat.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String fieldName) {
        return 65_536;
    }

    private static boolean isWorthGraph(SegmentWriteState state) {
        if (state.context.context != IOContext.Context.MERGE) {
            return false;
        }
        long dimension = 0;
        for (FieldInfo field : state.fieldInfos) {
            dimension = Math.max(dimension, field.getVectorDimension());
        }
        return state.segmentInfo.maxDoc() * dimension * Float.BYTES >= GRAPH_FROM_BYTES;
    }

    /** Lucene's scorer, until graphs are abandoned: the only place where a long build can be told to stop. */
    private final class Abandonable implements FlatVectorsScorer {
        private final FlatVectorsScorer scorer = FlatVectorScorerUtil.getLucene99FlatVectorsScorer();

        @Override
        public RandomVectorScorerSupplier getRandomVectorScorerSupplier(
                VectorSimilarityFunction similarity, RandomAccessVectorValues values) throws IOException {
            return new AbandonableSupplier(scorer.getRandomVectorScorerSupplier(similarity, values));
        }

        @Override
        public RandomVectorScorer getRandomVectorScorer(
                VectorSimilarityFunction similarity, RandomAccessVectorValues values, float[] target)
                throws IOException {
            return scorer.getRandomVectorScorer(similarity, values, target);
        }

        @Override
        public RandomVectorScorer getRandomVectorScorer(
                VectorSimilarityFunction similarity, RandomAccessVectorValues values, byte[] target)
                throws IOException {
            return scorer.getRandomVectorScorer(similarity, values, target);
        }
    }

    private final class AbandonableSupplier implements RandomVectorScorerSupplier {
        private final RandomVectorScorerSupplier supplier;

        AbandonableSupplier(RandomVectorScorerSupplier supplier) {
            this.supplier = supplier;
        }

        @Override
        public RandomVectorScorer scorer(int ord) throws IOException {
            if (abandoned) {
                throw new MergePolicy.MergeAbortedException("the collection is being closed");
            }
            return supplier.scorer(ord);
        }

        @Override
        public RandomVectorScorerSupplier copy() throws IOException {
            return new AbandonableSupplier(supplier.copy());
        }
    }
}
