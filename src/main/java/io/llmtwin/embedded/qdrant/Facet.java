package io.llmtwin.embedded.qdrant;

import com.google.protobuf.ByteString;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.FacetValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;
import org.apache.lucene.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * The values under a payload key, and how many points have each: the most frequent first, of equally frequent ones the
 * lesser. The key has to have a keyword, integer, boolean or UUID index, as on a server. Counts are always exact.
 */
record Facet(PayloadPath path, List<PayloadTerms.Type> types, long limit) {
    private static final long DEFAULT_LIMIT = 10;

    /** Reads {@code request}, and refuses it if its key has no index of a kind that has values. */
    static Facet of(FacetCounts request, CollectionDescriptor descriptor) {
        if (request.getKey().isEmpty()) {
            throw Refusal.outOfBounds("key", "value \"\" invalid, must be at least 1 characters");
        }
        PayloadPath path = PayloadPath.parse(request.getKey());
        PayloadSchemaInfo schema = descriptor.info().getPayloadSchemaMap().get(request.getKey());
        List<PayloadTerms.Type> types = schema == null
                ? List.of()
                : switch (schema.getDataType()) {
                    case Keyword, Uuid -> List.of(PayloadTerms.Type.STRING, PayloadTerms.Type.LONG_STRING);
                    case Integer -> List.of(PayloadTerms.Type.INTEGER);
                    case Bool -> List.of(PayloadTerms.Type.BOOLEAN);
                    default -> List.of();
                };
        if (types.isEmpty()) {
            throw Refusal.wrongInput("No appropriate index for faceting: `" + request.getKey()
                    + "`. Please create one to facet on this field. Check "
                    + "https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas "
                    + "support Match conditions");
        }
        return new Facet(path, types, request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT);
    }

    /** Counts the points that pass {@code filter}. */
    List<FacetHit> hits(IndexSearcher searcher, @Nullable Query filter) throws IOException {
        Terms terms = MultiTerms.getTerms(searcher.getIndexReader(), PayloadTerms.FIELD);
        Map<FacetValue, Long> counts = new TreeMap<>(Facet::compare);
        if (terms != null) {
            Bits passing = Scroll.passing(searcher, filter == null ? new MatchAllDocsQuery() : filter);
            for (PayloadTerms.Type type : types) {
                BytesRef prefix = PayloadTerms.prefix(path, type);
                if (prefix != null) {
                    count(searcher, terms.iterator(), prefix, type, passing, counts);
                }
            }
        }
        return counts.entrySet().stream()
                .map(entry -> FacetHit.newBuilder()
                        .setValue(entry.getKey())
                        .setCount(entry.getValue())
                        .build())
                .sorted(Comparator.comparingLong(FacetHit::getCount).reversed())
                .limit(limit < 0 ? Long.MAX_VALUE : limit)
                .toList();
    }

    private void count(
            IndexSearcher searcher,
            TermsEnum terms,
            BytesRef prefix,
            PayloadTerms.Type type,
            Bits passing,
            Map<FacetValue, Long> counts)
            throws IOException {
        boolean found = terms.seekCeil(prefix) != TermsEnum.SeekStatus.END;
        PostingsEnum postings = null;
        while (found && StringHelper.startsWith(terms.term(), prefix)) {
            postings = terms.postings(postings, PostingsEnum.NONE);
            long count = 0;
            int example = 0;
            for (int doc = postings.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = postings.nextDoc()) {
                if (passing.get(doc)) {
                    count++;
                    example = doc;
                }
            }
            if (count > 0) {
                counts.put(
                        value(terms.term(), prefix.length, type, new PointReader(searcher.getIndexReader()), example),
                        count);
            }
            found = terms.next() != null;
        }
    }

    /** The value of {@code term}, or of the point {@code example} where the term has no more than its hash. */
    private FacetValue value(BytesRef term, int start, PayloadTerms.Type type, PointReader points, int example)
            throws IOException {
        FacetValue.Builder value = FacetValue.newBuilder();
        int at = term.offset + start;
        return switch (type) {
            case STRING ->
                value.setStringValue(new String(term.bytes, at, term.length - start, StandardCharsets.UTF_8))
                        .build();
            case LONG_STRING ->
                value.setStringValue(longString(term, points.payload(example))).build();
            case INTEGER ->
                value.setIntegerValue(NumericUtils.sortableBytesToLong(term.bytes, at))
                        .build();
            case BOOLEAN -> value.setBoolValue(term.bytes[at] != 0).build();
            case NUMBER -> throw new IllegalStateException("numbers are no facets");
        };
    }

    private String longString(BytesRef term, Map<String, Value> payload) {
        for (Value value : path.values(payload)) {
            for (Value element : value.hasListValue() ? value.getListValue().getValuesList() : List.of(value)) {
                if (element.hasStringValue() && term.equals(PayloadTerms.string(path, element.getStringValue()))) {
                    return element.getStringValue();
                }
            }
        }
        throw new IllegalStateException("a point's payload is not what its terms say");
    }

    private static int compare(FacetValue a, FacetValue b) {
        return switch (a.getVariantCase()) {
            case STRING_VALUE ->
                ByteString.unsignedLexicographicalComparator()
                        .compare(a.getStringValueBytes(), b.getStringValueBytes());
            case INTEGER_VALUE -> Long.compare(a.getIntegerValue(), b.getIntegerValue());
            case BOOL_VALUE -> Boolean.compare(a.getBoolValue(), b.getBoolValue());
            case VARIANT_NOT_SET -> 0;
        };
    }
}
