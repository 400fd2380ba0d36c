package io.llmtwin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A retrieval collection in BEIR's layout: {@code corpus.jsonl}, {@code queries.jsonl} and {@code qrels.tsv} or {@code
 * qrels/test.tsv}.
 *
 * @param documents text by id, a title before it
 * @param queries text by id, those with a relevant document only
 * @param relevant ids of the documents that are relevant to a query, to any degree
 */
record BeirCollection(Map<String, String> documents, Map<String, String> queries, Map<String, Set<String>> relevant) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static BeirCollection read(Path folder) throws IOException {
        Path qrels = folder.resolve("qrels.tsv");
        Map<String, Set<String>> relevant =
                relevant(Files.exists(qrels) ? qrels : folder.resolve("qrels").resolve("test.tsv"));
        Map<String, String> queries = texts(folder.resolve("queries.jsonl"));
        queries.keySet().retainAll(relevant.keySet());
        return new BeirCollection(texts(folder.resolve("corpus.jsonl")), queries, relevant);
    }

    /** The normalised discounted cumulative gain of a ranking's first {@code depth} documents. */
    double ndcg(String query, List<String> ranking, int depth) {
        Set<String> wanted = relevant.get(query);
        double gain = 0;
        double ideal = 0;
        for (int rank = 0; rank < depth; rank++) {
            double discount = Math.log(2) / Math.log(rank + 2);
            gain += rank < ranking.size() && wanted.contains(ranking.get(rank)) ? discount : 0;
            ideal += rank < wanted.size() ? discount : 0;
        }
        return gain / ideal;
    }

    /** The part of the relevant documents that is among a ranking's first {@code depth}. */
    double recall(String query, List<String> ranking, int depth) {
        Set<String> wanted = relevant.get(query);
        long found = ranking.stream().limit(depth).filter(wanted::contains).count();
        return (double) found / wanted.size();
    }

    private static Map<String, String> texts(Path file) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode json = JSON.readTree(line);
            String title = json.path("title").asText("");
            String text = json.path("text").asText();
            texts.put(json.get("_id").asText(), title.isBlank() ? text : title + "\n\n" + text);
        }
        return texts;
    }

    private static Map<String, Set<String>> relevant(Path file) throws IOException {
        Map<String, Set<String>> relevant = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split("\t");
            if (!fields[0].equals("query-id") && Integer.parseInt(fields[2].strip()) > 0) {
                relevant.computeIfAbsent(fields[0], first -> new HashSet<>()).add(fields[1]);
            }
        }
        return relevant;
    }
}
