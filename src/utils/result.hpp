// A value or an Error. Functions that can fail return Result; exceptions end at engine/, plugins/ and main.
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "utils/error.hpp"

namespace sluice {

template <typename T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using Base = tl::expected<T, Error>;
    using Base::Base;
    Result() = default;
    Result(Base base) : Base(std::move(base)) {}                            // NOLINT(google-explicit-constructor)
    Result(Error error) : Base(tl::unexpected<Error>(std::move(error))) {}  // NOLINT(google-explicit-constructor)
};

}  // namespace sluice

#define SLUICE_JOIN_2(a, b) a##b
#define SLUICE_JOIN(a, b) SLUICE_JOIN_2(a, b)

// TRY(call()) returns the call's error from the enclosing function; TRY_ASSIGN(auto x, call()) also takes its value.
#define TRY(expression)                                                                        \
    do {                                                                                       \
        if (auto sluice_try = (expression); !sluice_try) return std::move(sluice_try).error(); \
    } while (false)
#define TRY_ASSIGN(target, expression) SLUICE_TRY_ASSIGN(SLUICE_JOIN(sluice_try_, __LINE__), target, expression)
#define SLUICE_TRY_ASSIGN(result, target, expression) \
    auto result = (expression);                       \
    if (!result) return std::move(result).error();    \
    target = std::move(*result)
