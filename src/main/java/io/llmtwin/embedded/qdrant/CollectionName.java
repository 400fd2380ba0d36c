package io.llmtwin.embedded.qdrant;

/** The rules for collection names: 1 to 255 characters, without those that a file system might trip over. */
final class CollectionName {
    private static final String FORBIDDEN_IN_NEW = "<>:\"/\\|?*\0\u001F";
    private static final String FORBIDDEN = "/\0";

    private CollectionName() {}

    /** Returns {@code name} if a collection may be created under it. */
    static String forCreation(String name) {
        return checked("collection_name", name, FORBIDDEN_IN_NEW);
    }

    /** Returns {@code name} if a collection may be looked up under it; {@code field} is where it stood. */
    static String checked(String field, String name) {
        return checked(field, name, FORBIDDEN);
    }

    /** Returns {@code name} if a collection may be looked up under it. */
    static String checked(String name) {
        return checked("collection_name", name, FORBIDDEN);
    }

    private static String checked(String field, String name, String forbidden) {
        int length = name.codePointCount(0, name.length());
        if (length < 1 || length > 255) {
            throw Refusal.outOfBounds(field, "value \"" + name + "\" invalid, must be from 1 to 255 characters");
        }
        for (int i = 0; i < forbidden.length(); i++) {
            char c = forbidden.charAt(i);
            if (name.indexOf(c) >= 0) {
                throw Refusal.outOfBounds(field, "collection name cannot contain \"" + c + "\" char");
            }
        }
        return name;
    }
}
