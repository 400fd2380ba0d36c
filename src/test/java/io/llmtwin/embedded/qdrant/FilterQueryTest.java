package io.llmtwin.embedded.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Common.IsEmptyCondition;
import io.qdrant.client.grpc.Common.IsNullCondition;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.MinShould;
import io.qdrant.client.grpc.Common.NestedCondition;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.RepeatedIntegers;
import io.qdrant.client.grpc.Common.RepeatedStrings;
import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random filters over random payloads find, through the index, what {@link NaiveFilter} finds by looking. */
class FilterQueryTest {
    private static final int POINTS = 250;
    private static final int FILTERS = 400;
    private static final List<String> KEYS = List.of("a", "b", "c", "d e", "a.b");
    private static final List<String> PATHS = List.of(
            "a", "b", "c", "\"d e\"", "\"a.b\"", "a.b", "a.c", "b.a", "a[]", "a[0]", "b[].a", "a[].b", "c[][]",
            "a[1].b", "b.a[]", "missing");
    private static final List<String> WORDS = List.of("", "x", "y", "xy", "x y", "long ".repeat(20));
    private static final List<Double> NUMBERS = List.of(-1.5, -0.0, 0.0, 1.0, 2.0, 2.5, 1e300, -1e300);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void of_randomFilter_findsWhatLookingFinds(long seed) throws Exception {
        Random random = new Random(seed);
        List<Map<String, Value>> payloads = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            payloads.add(fields(random, 0));
        }
        try (Directory directory = new ByteBuffersDirectory()) {
            try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(new KeywordAnalyzer()))) {
                for (int i = 0; i < POINTS; i++) {
                    writer.addDocument(new PointDocument(PointKey.of(id(i)), Map.of(), payloads.get(i), 1)
                            .toLucene(new VectorSpaces(Map.of())));
                    if (i % 100 == 99) {
                        writer.flush();
                    }
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                for (int i = 0; i < FILTERS; i++) {
                    Filter filter = filter(random, 0);
                    assertThat(found(searcher, filter)).as("%s", filter).isEqualTo(naive(payloads, filter));
                }
            }
        }
    }

    private static TreeSet<Long> found(IndexSearcher searcher, Filter filter) throws Exception {
        TreeSet<Long> found = new TreeSet<>();
        new Scroll(searcher, new FilterQuery(TextFields.NONE).of(filter))
                .from(null, (key, doc) -> found.add(key.toPointId().getNum()));
        return found;
    }

    private static TreeSet<Long> naive(List<Map<String, Value>> payloads, Filter filter) {
        TreeSet<Long> passing = new TreeSet<>();
        for (int i = 0; i < payloads.size(); i++) {
            if (NaiveFilter.passes(filter, (long) i, NaiveFilter.json(payloads.get(i)))) {
                passing.add((long) i);
            }
        }
        return passing;
    }

    private static PointId id(long number) {
        return PointId.newBuilder().setNum(number).build();
    }

    private static Map<String, Value> fields(Random random, int depth) {
        Map<String, Value> fields = new LinkedHashMap<>();
        for (String key : KEYS) {
            if (random.nextInt(3) > 0) {
                fields.put(key, value(random, depth));
            }
        }
        return fields;
    }

    private static Value value(Random random, int depth) {
        Value.Builder value = Value.newBuilder();
        return switch (random.nextInt(depth < 3 ? 8 : 5)) {
            case 0 -> Payloads.NULL;
            case 1 -> value.setBoolValue(random.nextBoolean()).build();
            case 2 -> value.setIntegerValue(random.nextInt(5) - 1).build();
            case 3 -> value.setDoubleValue(pick(random, NUMBERS)).build();
            case 4, 5 -> value.setStringValue(pick(random, WORDS)).build();
            case 6 ->
                value.setStructValue(Struct.newBuilder().putAllFields(fields(random, depth + 1)))
                        .build();
            default -> {
                ListValue.Builder list = ListValue.newBuilder();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.addValues(value(random, depth + 1));
                }
                yield value.setListValue(list).build();
            }
        };
    }

    private static Filter filter(Random random, int depth) {
        Filter.Builder filter = Filter.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            filter.addMust(condition(random, depth));
        }
        for (int i = random.nextInt(2); i > 0; i--) {
            filter.addMustNot(condition(random, depth));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            filter.addShould(condition(random, depth));
        }
        if (random.nextInt(5) == 0) {
            MinShould.Builder some = MinShould.newBuilder().setMinCount(random.nextInt(4));
            for (int i = random.nextInt(4); i > 0; i--) {
                some.addConditions(condition(random, depth));
            }
            filter.setMinShould(some);
        }
        return filter.build();
    }

    private static Condition condition(Random random, int depth) {
        Condition.Builder condition = Condition.newBuilder();
        String path = pick(random, PATHS);
        return switch (random.nextInt(depth < 2 ? 12 : 10)) {
            case 0 ->
                condition.setIsEmpty(IsEmptyCondition.newBuilder().setKey(path)).build();
            case 1 ->
                condition.setIsNull(IsNullCondition.newBuilder().setKey(path)).build();
            case 2 ->
                condition
                        .setHasId(HasIdCondition.newBuilder()
                                .addHasId(id(random.nextInt(POINTS)))
                                .addHasId(id(random.nextInt(2 * POINTS))))
                        .build();
            case 10 -> condition.setFilter(filter(random, depth + 1)).build();
            case 11 ->
                condition
                        .setNested(NestedCondition.newBuilder().setKey(path).setFilter(filter(random, depth + 1)))
                        .build();
            default -> condition.setField(field(random).setKey(path)).build();
        };
    }

    private static FieldCondition.Builder field(Random random) {
        FieldCondition.Builder field = FieldCondition.newBuilder();
        int kind = random.nextInt(10);
        if (kind < 6) {
            field.setMatch(match(random));
        }
        if (kind >= 5 && kind < 8) {
            field.setRange(range(random));
        }
        if (kind == 8) {
            field.setIsEmpty(random.nextBoolean());
        }
        if (kind == 9) {
            field.setIsNull(random.nextBoolean());
        }
        return field;
    }

    private static Match match(Random random) {
        Match.Builder match = Match.newBuilder();
        RepeatedStrings.Builder words = RepeatedStrings.newBuilder();
        RepeatedIntegers.Builder numbers = RepeatedIntegers.newBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            words.addStrings(pick(random, WORDS));
            numbers.addIntegers(random.nextInt(5) - 1);
        }
        return switch (random.nextInt(8)) {
            case 0 -> match.setKeyword(pick(random, WORDS)).build();
            case 1 -> match.setInteger(random.nextInt(5) - 1).build();
            case 2 -> match.setBoolean(random.nextBoolean()).build();
            case 3 -> match.setKeywords(words).build();
            case 4 -> match.setIntegers(numbers).build();
            case 5 -> match.setExceptKeywords(words).build();
            case 6 -> match.setExceptIntegers(numbers).build();
            default -> match.setText(pick(random, WORDS)).build();
        };
    }

    private static Range range(Random random) {
        Range.Builder range = Range.newBuilder();
        if (random.nextInt(3) == 0) {
            range.setGt(pick(random, NUMBERS));
        }
        if (random.nextInt(3) == 0) {
            range.setGte(pick(random, NUMBERS));
        }
        if (random.nextInt(3) == 0) {
            range.setLt(pick(random, NUMBERS));
        }
        if (random.nextInt(3) == 0) {
            range.setLte(pick(random, NUMBERS));
        }
        return range.build();
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
