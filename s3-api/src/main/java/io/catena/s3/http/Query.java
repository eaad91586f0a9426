package io.catena.s3.http;

import io.catena.s3.error.S3Error;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The parameters of a request target, decoded, in the order given.
public record Query(List<Parameter> parameters) {
    private static final int PARAMETERS_MAX = 128;

    /// @param value empty also for a parameter without `=`
    public record Parameter(String name, String value) {}

    public Query {
        parameters = List.copyOf(parameters);
    }

    /// @throws io.catena.s3.error.S3Exception INVALID_URI
    static Query parse(String raw) {
        List<Parameter> parameters = new ArrayList<>();
        for (String piece : raw.split("&")) {
            if (!piece.isEmpty()) {
                int equals = piece.indexOf('=');
                String name = equals < 0 ? piece : piece.substring(0, equals);
                String value = equals < 0 ? "" : piece.substring(equals + 1);
                parameters.add(new Parameter(
                        PercentCoding.decodeText(name, true),
                        PercentCoding.decodeText(value, true)));
            }
        }
        if (parameters.size() > PARAMETERS_MAX) {
            throw S3Error.INVALID_URI.exception("The query has too many parameters.");
        }
        return new Query(parameters);
    }

    public boolean has(String name) {
        return parameters.stream().anyMatch(parameter -> parameter.name.equals(name));
    }

    /// The value of a parameter that may be given once.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT when it is given twice: two readers
    ///     could see different values
    public Optional<String> get(String name) {
        List<Parameter> found = parameters.stream().filter(p -> p.name.equals(name)).toList();
        if (found.size() > 1) {
            throw S3Error.INVALID_ARGUMENT.exception("Duplicate query parameter: " + name);
        }
        return found.stream().map(Parameter::value).findFirst();
    }

    /// A whole number from 0 up.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT
    public Optional<Integer> number(String name) {
        return get(name).filter(value -> !value.isEmpty()).map(value -> number(name, value));
    }

    private static int number(String name, String value) {
        if (!value.matches("[0-9]{1,10}") || Long.parseLong(value) > Integer.MAX_VALUE) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "Provided " + name + " not an integer or within integer range");
        }
        return Integer.parseInt(value);
    }
}
